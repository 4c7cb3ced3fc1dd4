import JSON

/// One entry of `detail` in a runner's error reply (fal: errors).
struct ModelError: Sendable, Equatable {
    let type: String
    var location: [JSONValue]
    let message: String
    var context: JSONObject?
    var input: JSONValue?

    /// The HTTP status of a reply with this error, and whether `X-Fal-Retryable` is true.
    var status: Int { Self.statuses[type] ?? 422 }
    var isRetryable: Bool { status != 422 }

    private static let statuses = [
        "internal_server_error": 500, "generation_timeout": 504, "downstream_service_error": 400,
        "downstream_service_unavailable": 500,
    ]

    var json: JSONValue {
        var object: JSONObject = [
            "loc": .array(location), "msg": .string(message), "type": .string(type),
            "url": .string("https://docs.fal.ai/errors/#\(type)"),
        ]
        object["ctx"] = context.map { .object($0) }
        object["input"] = input
        return .object(object)
    }
}

extension ModelError {
    /// An error that a fault orders by its type alone.
    static func ordered(_ type: String, at field: String = "prompt") -> ModelError {
        ModelError(type: type, location: ["body", .string(field)], message: messages[type] ?? "Simulated \(type)")
    }

    private static let messages = [
        "content_policy_violation":
            "The content could not be processed because it contained material flagged by a content checker.",
        "internal_server_error": "Internal server error",
        "generation_timeout": "The generation took too long.",
        "feature_not_supported": "This endpoint is no longer supported.",
        "no_media_generated": "No media was generated.",
        "value_error": "Value error, the input was refused",
    ]
}
