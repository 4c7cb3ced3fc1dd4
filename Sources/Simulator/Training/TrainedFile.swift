import JSON
import NIOCore

/// One of the two files that a LoRA trainer leaves.
enum TrainedFile: String, CaseIterable {
    case weights = "pytorch_lora_weights.safetensors"
    case configuration = "config.json"

    var contentType: String { self == .weights ? "application/octet-stream" : "application/json" }

    func bytes(of model: TrainedModel) -> [UInt8] {
        switch self {
        case .weights: model.weights
        case .configuration: Array(ByteBuffer(json: model.configuration).readableBytesView)
        }
    }

    /// fal's `File`; the URL is that of the folder and the file's name.
    func json(of model: TrainedModel, folder: String) -> JSONValue {
        [
            "url": .string(folder + rawValue), "content_type": .string(contentType), "file_name": .string(rawValue),
            "file_size": .integer(Int64(bytes(of: model).count)),
        ]
    }
}
