import Generation
import JSON

extension Explanation {
    /// The explanation for people: what would be sent, line by line with its origin.
    ///
    /// - Parameter isColoured: marks what rules add and take away with colours too.
    func text(isColoured: Bool = false) throws -> String {
        var lines = ["endpoint  \(plan.endpoint)  (\(plan.endpointOrigin))"]
        if !isChecked { lines.append("          its input is not known here: the arguments are sent unchecked") }
        lines += ["preset    \(plan.config.preset.name)  (\(plan.config.presetOrigin))", "", "prompt    \(prompt)"]
        lines += ruleChanges.map { "  \($0.file): \($0.isChange ? $0.difference.marked(isColoured) : "no change")" }
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
        lines += ["", "cost      \(costText)", "time      \(timeText)"]
        switch cache {
        case .hit(let job): lines += ["cache     kept pictures would answer, at no cost: those of job \(job)"]
        case .miss: lines += ["cache     nothing is kept for it: it would be sent"]
        case nil: break
        }
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

extension TextDifference {
    /// The new text with what was added as `{+…+}` and what was taken away as `[-…-]`.
    fileprivate func marked(_ isColoured: Bool) -> String {
        func coloured(_ text: String, _ code: Int) -> String {
            isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
        }
        return parts.map { part in
            switch part {
            case .kept(let text): text
            case .removed(let text): coloured("[-\(text)-]", 31)
            case .added(let text): coloured("{+\(text)+}", 32)
            }
        }.joined()
    }
}
