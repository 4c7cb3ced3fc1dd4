import JSON

/// What fal says of a job; only these words exist on the wire (facts: status §1.4).
package struct QueueStatus: Sendable, Equatable {
    /// fal's word, with what belongs to it.
    package enum State: Sendable, Equatable {
        /// `position` is the number of requests ahead.
        case inQueue(position: Int?)
        case inProgress
        /// Succeeded, failed and cancelled jobs alike; `error` and `errorType` speak of the last two.
        case completed(inferenceTime: Double?, error: String?, errorType: String?)
        /// A word that this client does not know; the job is not over.
        case unknown(String)
    }

    /// Where the job stands.
    package let state: State
    /// Log lines: of `status(of:)` all so far, of `QueueEvents` those not given before.
    package let logs: [QueueLog]

    package init(_ state: State, logs: [QueueLog] = []) {
        self.state = state
        self.logs = logs
    }

    /// Reads a status object; nil when it has no `status`.
    init?(_ json: JSONValue) {
        guard let word = json["status"]?.stringValue else { return nil }
        logs = (json["logs"]?.arrayValue ?? []).compactMap(QueueLog.init)
        switch word {
        case "IN_QUEUE":
            state = .inQueue(position: json["queue_position"]?.integerValue.flatMap { Int(exactly: $0) })
        case "IN_PROGRESS":
            state = .inProgress
        case "COMPLETED":
            state = .completed(
                inferenceTime: json["metrics"]?["inference_time"]?.numberValue, error: Self.text(json["error"]),
                errorType: json["error_type"]?.stringValue)
        default:
            state = .unknown(word)
        }
    }

    /// True when the job is over, whether it succeeded or not.
    package var isCompleted: Bool {
        if case .completed = state { true } else { false }
    }

    private static func text(_ json: JSONValue?) -> String? {
        guard let json, !json.isNull else { return nil }
        if let text = json.stringValue { return text }
        return (try? json.serialized()).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// One line that a model logged.
package struct QueueLog: Sendable, Hashable {
    /// The line's text.
    package let message: String
    /// As fal wrote it: ISO 8601, sometimes without a time zone.
    package let timestamp: String?
    /// `INFO`, `STDOUT`, …
    package let level: String?
    /// `USER` for what the model's own code wrote.
    package let source: String?

    package init(message: String, timestamp: String? = nil, level: String? = nil, source: String? = nil) {
        self.message = message
        self.timestamp = timestamp
        self.level = level
        self.source = source
    }

    /// Reads a log entry of any of fal's shapes; nil without a message.
    init?(_ json: JSONValue) {
        guard let message = json["message"]?.stringValue else { return nil }
        self.init(
            message: message, timestamp: json["timestamp"]?.stringValue,
            level: json["level"]?.stringValue ?? json["labels"]?["level"]?.stringValue,
            source: json["source"]?.stringValue)
    }
}
