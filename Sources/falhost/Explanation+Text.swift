import Generation
import JSON

extension Explanation {
    /// The explanation for people: what would be sent, line by line with its origin.
    func text() throws -> String {
        var lines = ["endpoint  \(plan.endpoint)  (\(plan.endpointOrigin))"]
        if !isChecked { lines.append("          its input is not known here: the arguments are sent unchecked") }
        lines += ["preset    \(plan.config.preset.name)  (\(plan.config.presetOrigin))", "", "prompt    \(prompt)"]
        var before = prompt
        for step in steps {
            lines.append("  \(step.rule): \(step.prompt == before ? "no change" : step.prompt)")
            before = step.prompt
        }
        lines += ["", "arguments"]
        lines += try Self.table(argumentsWithOrigins.map { ($0.name, $0.value, $0.origin.description) })
        if !defaults.isEmpty {
            lines += ["", "not sent: the endpoint's defaults apply"]
            lines += try Self.table(defaults.map { ($0.name, $0.value, "") })
        }
        if !plan.dropped.isEmpty {
            lines += ["", "dropped"]
            lines += try Self.table(
                plan.dropped.map { dropped in
                    let reason = dropped.reasonText(endpoint: plan.endpoint)
                    return (dropped.key.rawValue, dropped.value, "\(dropped.origin): \(reason)")
                })
        }
        lines += ["", "cost      \(cost.text(endpoint: plan.endpoint))"]
        if let policy { lines += ["policy    \(Self.text(policy))"] }
        if testMode { lines += ["", "test mode: nothing would be sent"] }
        return lines.joined(separator: "\n")
    }

    private static func text(_ policy: PolicyReview) -> String {
        let change = policy.insteadOf.map { "chose this preset instead of \($0)" }
        return [change, policy.refusal.map { "refuses: \($0)" } ?? (change == nil ? "allows it" : nil)]
            .compactMap { $0 }.joined(separator: "; ")
    }

    private static func table(_ rows: [(name: String, value: JSONValue, note: String)]) throws -> [String] {
        let width = rows.map(\.name.count).max() ?? 0
        return try rows.map { row in
            let padding = String(repeating: " ", count: width - row.name.count)
            let value = String(decoding: try row.value.serialized(), as: UTF8.self)
            return "  \(row.name)\(padding)  \(value)" + (row.note.isEmpty ? "" : "  (\(row.note))")
        }
    }
}
