import FalClient
import JSON

extension QueueStatus {
    /// The status as fal writes it: `status`, `queue_position`, `logs`, `metrics`, `error`, `error_type`.
    var json: JSONObject {
        var json: JSONObject = ["status": .string(word)]
        switch state {
        case .inQueue(let position): json["queue_position"] = position.map { .integer(Int64($0)) }
        case .completed(let time, let error, let type):
            json["metrics"] = .object(time.map { ["inference_time": .number($0)] } ?? [:])
            json["error"] = error.map { .string($0) }
            json["error_type"] = type.map { .string($0) }
        case .inProgress, .unknown: break
        }
        json["logs"] = .array(logs.map { .object($0.json) })
        return json
    }

    private var word: String {
        switch state {
        case .inQueue: "IN_QUEUE"
        case .inProgress: "IN_PROGRESS"
        case .completed: "COMPLETED"
        case .unknown(let word): word
        }
    }
}

extension QueueLog {
    var json: JSONObject {
        var json: JSONObject = ["message": .string(message)]
        json["timestamp"] = timestamp.map { .string($0) }
        json["level"] = level.map { .string($0) }
        json["source"] = source.map { .string($0) }
        return json
    }
}
