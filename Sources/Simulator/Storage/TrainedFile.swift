import JSON

/// What a simulated trainer leaves: a well-formed safetensors file without tensors, and its settings.
enum TrainedFile: String, CaseIterable {
    case weights = "pytorch_lora_weights.safetensors"
    case configuration = "config.json"

    var contentType: String { self == .weights ? "application/octet-stream" : "application/json" }

    var bytes: [UInt8] {
        switch self {
        case .configuration: return Array(#"{"simulated":true}"#.utf8)
        case .weights:
            let header = Array(#"{"__metadata__":{"simulated":"true"}}"#.utf8)
            let length = UInt64(header.count)
            return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + header
        }
    }

    func json(folder: String) -> JSONValue {
        [
            "url": .string(folder + rawValue), "content_type": .string(contentType), "file_name": .string(rawValue),
            "file_size": .integer(Int64(bytes.count)),
        ]
    }
}
