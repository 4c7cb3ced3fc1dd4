import JSON

/// What a job gives once it is done.
enum Outcome: Sendable {
    case images(GeneratedImages)
    /// A trainer's, whose two files can be fetched.
    case loraFiles(TrainedModel)
    /// A trainer's, which stays with fal and is used by its id.
    case finetune(TrainedModel)
    case refused([ModelError])
    /// `byUser`: the deadline of `X-Fal-Request-Timeout` passed.
    case failed(RequestError, byUser: Bool)
}

extension Outcome {
    /// Runs an input, which is JSON or not, through the endpoint's schema. A LoRA that `isMissing` cannot be loaded.
    static func of(
        input: [UInt8], schema: EndpointSchema, spareSeed: Int64, isMissing: (String) -> Bool
    ) -> Outcome {
        do throws(Refusal) {
            let value = try checked(input, schema: schema)
            if let lora = missingLoRA(in: value, isMissing: isMissing) { return .refused([lora]) }
            return .images(GeneratedImages(input: value, schema: schema, spareSeed: spareSeed))
        } catch {
            return .refused(error.errors)
        }
    }

    struct Refusal: Error {
        let errors: [ModelError]
    }

    /// The input as JSON, when it is and no field of it is wrong.
    static func checked(_ input: [UInt8], schema: EndpointSchema) throws(Refusal) -> JSONValue {
        let value: JSONValue
        do {
            value = input.isEmpty ? .object([:]) : try JSONValue(parsing: input, maximumDepth: 64)
        } catch {
            throw Refusal(errors: [
                ModelError(
                    type: "json_invalid", location: ["body", .integer(Int64(error.offset))],
                    message: "JSON decode error", context: ["error": .string(error.reason)])
            ])
        }
        let errors = InputValidator.errors(in: value, schema: schema)
        guard errors.isEmpty else { throw Refusal(errors: errors) }
        return value
    }

    private static func missingLoRA(in input: JSONValue, isMissing: (String) -> Bool) -> ModelError? {
        for (index, lora) in (input["loras"]?.arrayValue ?? []).enumerated() {
            guard let path = lora["path"]?.stringValue, isMissing(path) else { continue }
            return ModelError(
                type: "file_download_error", location: ["body", "loras", .integer(Int64(index)), "path"],
                message: "Failed to download the file: it is not there.", input: .string(path))
        }
        return nil
    }
}
