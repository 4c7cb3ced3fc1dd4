package import JSON

/// What one rule made of the prompt.
package struct RuleChange: Sendable {
    package let step: RuleStep
    package let difference: TextDifference

    /// The rule's file below the project: `scripts/rules/20_trigger.lua`.
    package var file: String { "scripts/rules/\(step.rule)" }

    package var isChange: Bool {
        difference.parts.contains { part in
            if case .kept = part { false } else { true }
        }
    }

    package var json: JSONObject {
        let changes = difference.parts.compactMap { part -> JSONValue? in
            switch part {
            case .kept: nil
            case .removed(let text): ["removed": .string(text)]
            case .added(let text): ["added": .string(text)]
            }
        }
        return [
            "rule": .string(step.rule), "file": .string(file), "prompt": .string(step.prompt),
            "changes": .array(changes),
        ]
    }
}

extension Explanation {
    /// One for each rule, in the order in which they ran.
    package var ruleChanges: [RuleChange] {
        var before = prompt
        return steps.map { step in
            defer { before = step.prompt }
            return RuleChange(step: step, difference: TextDifference(from: before, to: step.prompt))
        }
    }
}
