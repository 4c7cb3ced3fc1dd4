/// A receiver's counters as metrics.
package struct ReceiverMetrics: MetricsSource {
    private let counters: ReceiverCounters

    package init(_ counters: ReceiverCounters) {
        self.counters = counters
    }

    package func text() async -> String {
        let counts = counters.current
        var text = ""
        Self.add(
            "deliveries_total", "counter", "Deliveries that fal signed, by what came of them.",
            ReceiverCounters.Outcome.allCases.map { ("outcome", $0.rawValue, counts[$0]) }, to: &text)
        Self.add(
            "accepted_total", "counter", "Deliveries that fal signed and that were handed on.", counts.accepted,
            to: &text)
        Self.add(
            "answered_total", "counter", "Requests that a script answered, by status.",
            (2...5).map { ("status", "\($0)xx", counts.answered[$0] ?? 0) }, to: &text)
        Self.add(
            "refused_total", "counter", "Requests that were refused, by reason.",
            ReceiverCounters.Refusal.allCases.map { ("reason", $0.rawValue, counts[$0]) }, to: &text)
        Self.add(
            "received_bytes_total", "counter", "Bytes that were received, heads and bodies.", counts.receivedBytes,
            to: &text)
        Self.add("connections_total", "counter", "Connections that were accepted.", counts.connections, to: &text)
        Self.add("open_connections", "gauge", "Connections that are open.", counts.openConnections, to: &text)
        let succeeded = counts.keyRefreshes - counts.failedKeyRefreshes
        Self.add(
            "key_refreshes_total", "counter", "Times that fal's key set was asked for, by result.",
            [("result", "ok", succeeded), ("result", "failed", counts.failedKeyRefreshes)], to: &text)
        return text
    }

    private static func add(_ name: String, _ type: String, _ help: String, _ value: Int, to text: inout String) {
        head(name, type, help, &text)
        text += "falhost_webhook_\(name) \(value)\n"
    }

    private static func add(
        _ name: String, _ type: String, _ help: String, _ values: [(label: String, word: String, value: Int)],
        to text: inout String
    ) {
        head(name, type, help, &text)
        for value in values {
            text += "falhost_webhook_\(name){\(value.label)=\"\(value.word)\"} \(value.value)\n"
        }
    }

    private static func head(_ name: String, _ type: String, _ help: String, _ text: inout String) {
        text += "# HELP falhost_webhook_\(name) \(help)\n# TYPE falhost_webhook_\(name) \(type)\n"
    }
}
