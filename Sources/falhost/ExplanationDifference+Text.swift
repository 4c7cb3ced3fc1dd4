import Generation
import JSON

extension ExplanationDifference {
    /// The differences for people: a line for each of the two below each name.
    func text() throws -> String {
        let (first, second) = (left.plan.config.preset.name, right.plan.config.preset.name)
        let width = max(first.count, second.count)
        func pair(_ name: String, _ a: String, _ b: String) -> [String] {
            func padded(_ preset: String) -> String { preset + String(repeating: " ", count: width - preset.count) }
            return [name, "  \(padded(first))  \(a)", "  \(padded(second))  \(b)"]
        }
        var lines: [String] = []
        for row in rows { lines += try pair(row.name, Self.text(row.left), Self.text(row.right)) + [""] }
        if rows.isEmpty { lines += ["the same request", ""] }
        lines += pair("cost", left.costText, right.costText) + [""]
        lines += pair("time", left.timeText, right.timeText)
        if !same.isEmpty { lines += ["", "the same in both: \(same.joined(separator: ", "))"] }
        return lines.joined(separator: "\n")
    }

    private static func text(_ cell: Cell) throws -> String {
        let value = try cell.value.map { String(decoding: try $0.serialized(), as: UTF8.self) } ?? "-"
        return value + (cell.note.map { "  (\($0))" } ?? "")
    }
}

extension Explanation {
    var costText: String { cost.text(endpoint: plan.endpoint) }

    /// `2.1 s for half of 12 earlier jobs, 4.8 s for 95 %`, or why it is not known.
    var timeText: String {
        guard let expectedTime else { return "unknown: no ledger" }
        guard let median = expectedTime.median, let most = expectedTime.most else {
            let simulated = expectedTime.isSimulated ? " of a simulator" : ""
            return "unknown: no earlier job\(simulated) with this preset at this endpoint"
        }
        let jobs =
            "\(expectedTime.jobs) earlier \(expectedTime.isSimulated ? "simulated " : "")"
            + (expectedTime.jobs == 1 ? "job" : "jobs")
        return "\(StatsReport.seconds(median)) (p50), \(StatsReport.seconds(most)) (p95) of \(jobs)"
    }
}
