import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5)))
struct InputValidatorTests {
    /// Endpoint, input, and the `type` and place of each error.
    static let cases: [(String, String, [String])] = [
        ("fal-ai/flux-lora", #"{"prompt":"a","unknown":1}"#, []),
        ("fal-ai/flux-lora", #"{"prompt":"a","num_inference_steps":"28","guidance_scale":3,"seed":null}"#, []),
        ("fal-ai/flux-lora", "{}", ["missing body.prompt"]),
        ("fal-ai/flux-lora", #"{"prompt":7}"#, ["string_type body.prompt"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","num_inference_steps":51}"#, ["less_than_equal body.num_inference_steps"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","num_images":0}"#, ["greater_than_equal body.num_images"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","seed":1.5}"#, ["int_from_float body.seed"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","seed":"x"}"#, ["int_parsing body.seed"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","sync_mode":"maybe"}"#, ["bool_parsing body.sync_mode"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","output_format":"webp"}"#, ["literal_error body.output_format"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","image_size":"huge"}"#, ["literal_error body.image_size"]),
        ("fal-ai/flux-lora", #"{"prompt":"a","image_size":{"width":0}}"#, ["greater_than_equal body.image_size.width"]),
        (
            "fal-ai/flux-lora", #"{"prompt":"a","image_size":{"width":14142,"height":14142}}"#,
            ["image_too_large body.image_size"]
        ),
        (
            "fal-ai/flux-lora", #"{"prompt":"a","loras":[{"scale":5}]}"#,
            ["missing body.loras.0.path", "less_than_equal body.loras.0.scale"]
        ),
        ("fal-ai/flux-lora", #"{"prompt":"a","loras":{}}"#, ["list_type body.loras"]),
        ("fal-ai/flux-pro", #"{"prompt":"a","safety_tolerance":2}"#, ["literal_error body.safety_tolerance"]),
        (
            "fal-ai/flux-pro/finetuned", #"{"prompt":"a"}"#,
            ["missing body.finetune_id", "missing body.finetune_strength"]
        ),
        (
            "fal-ai/flux-pro/v1.1-ultra-finetuned", #"{"prompt":"a","finetune_id":"f","finetune_strength":2.1}"#,
            ["less_than_equal body.finetune_strength"]
        ),
        (
            "fal-ai/flux-pro/v1.1-ultra-finetuned",
            #"{"prompt":"a","finetune_id":"f","finetune_strength":1,"aspect_ratio":"wide"}"#,
            ["value_error body.aspect_ratio"]
        ),
        ("fal-ai/flux-lora-portrait-trainer", "{}", ["missing body.images_data_url"]),
        (
            "fal-ai/flux-lora-portrait-trainer", #"{"images_data_url":"u","steps":0,"learning_rate":0.01}"#,
            ["less_than_equal body.learning_rate", "greater_than_equal body.steps"]
        ),
        (
            "fal-ai/flux-lora-fast-training", #"{"images_data_url":"u","steps":10001,"is_style":"perhaps"}"#,
            ["less_than_equal body.steps", "bool_parsing body.is_style"]
        ),
        (
            "fal-ai/flux-pro-trainer", #"{"data_url":"u","lora_rank":24,"mode":"cat","captioning":"fast"}"#,
            [
                "literal_error body.mode", "missing body.finetune_comment", "bool_parsing body.captioning",
                "literal_error body.lora_rank",
            ]
        ),
        ("someone/model", "{}", []),
        ("someone/model", "[]", ["model_attributes_type body"]),
        ("someone/model", #"{"prompt":"#, ["json_invalid body.10"]),
    ]

    @Test(arguments: cases)
    func aBadInputIsAcceptedAndFailsAtTheResult(endpoint: String, input: String, expected: [String]) async throws {
        try await withSimulator { _, client in
            let path = try client.submit(input, to: endpoint)
            #expect(try client.request("GET", path + "/status").json["status"] == "COMPLETED")
            let result = try client.request("GET", path)
            #expect(result.status == (expected.isEmpty ? 200 : 422))
            let errors = try result.json["detail"]?.arrayValue ?? []
            let found = errors.map { error in
                let place = (error["loc"]?.arrayValue ?? []).map { $0.stringValue ?? "\($0.integerValue ?? -1)" }
                return "\(error["type"]?.stringValue ?? "") \(place.joined(separator: "."))"
            }
            #expect(found == expected)
            #expect(errors.allSatisfy { $0["msg"] != nil && $0["url"]?.stringValue?.contains("/errors/#") == true })
            if !expected.isEmpty { #expect(result.header("x-fal-retryable") == "false") }
        }
    }
}

extension String {
    /// `/a/b` of `http://host:1/a/b`.
    var pathOfURL: String? {
        firstRange(of: "://").flatMap { self[$0.upperBound...].firstIndex(of: "/").map { String(self[$0...]) } }
    }
}
