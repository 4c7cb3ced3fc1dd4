import JSON

/// What a job gives once it is done.
enum Outcome: Sendable {
    case images(GeneratedImages)
    /// The two files of a LoRA trainer.
    case loraFiles
    case finetune(String)
    case refused([ModelError])
    /// `byUser`: the deadline of `X-Fal-Request-Timeout` passed.
    case failed(RequestError, byUser: Bool)

    /// Runs the input, which is JSON or not, through the endpoint's schema.
    static func of(input: [UInt8], endpoint: String, spareSeed: Int64) -> Outcome {
        let value: JSONValue
        do {
            value = input.isEmpty ? .object([:]) : try JSONValue(parsing: input, maximumDepth: 64)
        } catch {
            return .refused([
                ModelError(
                    type: "json_invalid", location: ["body", .integer(Int64(error.offset))],
                    message: "JSON decode error", context: ["error": .string(error.reason)])
            ])
        }
        let schema = EndpointSchemas.schema(of: endpoint)
        let errors = InputValidator.errors(in: value, schema: schema)
        guard errors.isEmpty else { return .refused(errors) }
        switch schema.output {
        case .images: return .images(GeneratedImages(input: value, schema: schema, spareSeed: spareSeed))
        case .loraFiles: return .loraFiles
        case .finetune: return .finetune("simulated-\(String(UInt64(bitPattern: spareSeed), radix: 16))")
        }
    }
}
