internal import FalClient
internal import Generation
internal import JSON

/// What a training has left, as its output says.
enum TrainedModel: Sendable, Equatable {
    case lora(file: String, config: String?)
    case finetune(id: String)

    /// Takes nothing that is not there: throws `malformed_response` for an output without the model.
    init(_ job: Job, _ output: JSONValue) throws(GenerationError) {
        func malformed(_ reason: String) -> GenerationError {
            .malformedOutput(
                endpoint: job.order.endpoint.description, requestID: job.state.request?.requestID, reason: reason)
        }
        switch job.order.training.flatMap({ Trainer.Product(rawValue: $0.product) }) {
        case .lora?:
            guard let url = output["diffusers_lora_file"]?["url"]?.stringValue, Self.isAddress(url) else {
                throw malformed("there is no diffusers_lora_file with an address in it")
            }
            let config = output["config_file"]?["url"]?.stringValue
            self = .lora(file: url, config: config.flatMap { Self.isAddress($0) ? $0 : nil })
        case .finetune?:
            guard let id = output["finetune_id"]?.stringValue, id.contains(where: { !$0.isWhitespace }) else {
                throw malformed("there is no finetune_id in it")
            }
            self = .finetune(id: id)
        case nil: throw malformed("what the training was to leave is not known here")
        }
    }

    private static func isAddress(_ text: String) -> Bool {
        ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
    }
}
