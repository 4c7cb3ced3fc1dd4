package import JSON

/// In what two explanations of the same prompt and avatar differ.
package struct ExplanationDifference: Sendable {
    /// What one of the two has under a name.
    package enum Cell: Sendable, Equatable {
        case sent(JSONValue, Origin)
        /// The config has it and it is not sent.
        case dropped(JSONValue, Origin, reason: String)
        /// Not sent; the endpoint takes this.
        case byDefault(JSONValue)
        case absent
    }
    package struct Row: Sendable, Equatable {
        package let name: String
        package let left: Cell
        package let right: Cell
    }
    package let left: Explanation
    package let right: Explanation
    /// Where the values differ, wherever they come from.
    package let rows: [Row]
    /// The names of what is the same in both.
    package let same: [String]

    package init(_ left: Explanation, _ right: Explanation) {
        self.left = left
        self.right = right
        let all = Self.names(left, right).map { Row(name: $0, left: left.cell($0), right: right.cell($0)) }
        rows = all.filter { $0.left.value != $0.right.value || $0.left.isSent != $0.right.isSent }
        same = all.filter { $0.left.value == $0.right.value && $0.left.isSent == $0.right.isSent }.map(\.name)
    }

    private static func names(_ left: Explanation, _ right: Explanation) -> [String] {
        var names = ["endpoint"]
        for name in [left, right].flatMap(\.differenceNames) where !names.contains(name) { names.append(name) }
        return names
    }

    package var json: JSONObject {
        [
            "a": .object(left.differenceSummary), "b": .object(right.differenceSummary),
            "differences": .array(
                rows.map { ["key": .string($0.name), "a": .object($0.left.json), "b": .object($0.right.json)] }),
            "same": .array(same.map { .string($0) }),
        ]
    }
}

extension ExplanationDifference.Cell {
    package var value: JSONValue? {
        switch self {
        case .sent(let value, _), .dropped(let value, _, _), .byDefault(let value): value
        case .absent: nil
        }
    }

    var isSent: Bool {
        if case .sent = self { true } else { false }
    }

    /// Where the value comes from, for people; nil where there is none.
    package var note: String? {
        switch self {
        case .sent(_, let origin): origin.description
        case .dropped(_, let origin, let reason): "not sent, \(origin): \(reason)"
        case .byDefault: "not sent: the endpoint's default"
        case .absent: nil
        }
    }

    var json: JSONObject {
        var json: JSONObject = ["value": value ?? .null, "sent": .bool(isSent)]
        switch self {
        case .sent(_, let origin), .dropped(_, let origin, _):
            json.append("origin", .string(origin.description))
            if let place = origin.place { json.append("place", .object(place.json)) }
        case .byDefault: json.append("origin", "default of the endpoint")
        case .absent: break
        }
        if case .dropped(_, _, let reason) = self { json.append("reason", .string(reason)) }
        return json
    }
}

extension Explanation {
    fileprivate var differenceNames: [String] {
        argumentsWithOrigins.map(\.name) + plan.dropped.map(\.key.rawValue) + plan.config.jobEntries.map(\.key.rawValue)
    }

    fileprivate func cell(_ name: String) -> ExplanationDifference.Cell {
        if name == "endpoint" { return .sent(.string(plan.endpoint), plan.endpointOrigin) }
        if let sent = argumentsWithOrigins.first(where: { $0.name == name }) { return .sent(sent.value, sent.origin) }
        if let entry = plan.config.jobEntries.first(where: { $0.key.rawValue == name }) {
            return .sent(entry.value, entry.origin)
        }
        if let dropped = plan.dropped.first(where: { $0.key.rawValue == name }) {
            let reason = dropped.reasonText(endpoint: plan.endpoint, in: .english)
            return .dropped(dropped.value, dropped.origin, reason: reason)
        }
        return defaults.first { $0.name == name }.map { .byDefault($0.value) } ?? .absent
    }

    fileprivate var differenceSummary: JSONObject {
        var json: JSONObject = [
            "preset": .string(plan.config.preset.name), "endpoint": .string(plan.endpoint),
            "cost": .object(cost.json(endpoint: plan.endpoint)),
        ]
        if let expectedTime { json.append("expected_time", .object(expectedTime.json)) }
        if let policy { json.append("policy", .object(policy.json)) }
        return json
    }
}

extension GenerationConfig {
    /// What says how the job is queued and awaited.
    fileprivate var jobEntries: [Entry] { entries.filter { $0.key.role == .job } }
}
