internal import FalClient
package import JSON

/// What a call would send, and why; nothing was sent for it.
package struct Explanation: Sendable {
    package let plan: GenerationPlan
    /// As the call gave it.
    package let prompt: String
    /// One for each rule, in the order in which they ran.
    package let steps: [RuleStep]
    package let testMode: Bool
    /// What the cost is estimated from.
    package let prices: PriceTable
    /// Nil without a policy.
    package var policy: PolicyReview?
    /// Nil where the config does not ask for kept pictures.
    package var cache: CacheAnswer?
    /// How long such jobs took; nil where nobody looked.
    package var expectedTime: ExpectedTime?

    /// The prompt as it would be sent.
    package var finalPrompt: String { steps.last?.prompt ?? prompt }

    /// The request's body.
    package var arguments: JSONObject { plan.arguments(prompt: finalPrompt) }

    /// What it would cost, test mode aside.
    package var cost: CostEstimate {
        CostEstimate(endpoint: plan.endpoint, arguments: arguments, prices: prices)
    }

    /// Each argument in the order of the body, with its origin.
    package var argumentsWithOrigins: [GenerationPlan.Argument] {
        let origin: Origin = finalPrompt == prompt ? .call : .rules
        return [GenerationPlan.Argument(name: "prompt", value: .string(finalPrompt), origin: origin)] + plan.arguments
    }

    /// What is not sent and the endpoint therefore decides, where its value is known.
    package var defaults: [GenerationPlan.Argument] {
        let sent = Set(plan.arguments.map(\.name))
        return (plan.schema?.fields ?? []).compactMap { field in
            guard let value = field.defaultValue, !sent.contains(field.name) else { return nil }
            return GenerationPlan.Argument(name: field.name, value: value, origin: .defaultOf(endpoint: plan.endpoint))
        }
    }

    /// False for an endpoint whose input is not known: its arguments are sent unchecked.
    package var isChecked: Bool { plan.schema != nil }

    package var json: JSONObject {
        var json: JSONObject = [
            "avatar_id": .string(plan.subject.avatar.id), "training_type": .string(plan.subject.type.rawValue),
            "preset": .string(plan.config.preset.name),
            "preset_origin": .string(plan.config.presetOrigin.description), "route": .string(plan.route.rawValue),
            "endpoint": .string(plan.endpoint), "endpoint_origin": .string(plan.endpointOrigin.description),
            "checked": .bool(isChecked), "arguments": .object(arguments),
            "origins": .object(Self.origins(argumentsWithOrigins)),
            "places": .object(Self.places(argumentsWithOrigins)),
            "defaults": .object(JSONObject(defaults.map { ($0.name, $0.value) })),
            "dropped": .array(plan.dropped.map { .object($0.json(endpoint: plan.endpoint)) }),
            "prompt": .object([
                "before": .string(prompt), "after": .string(finalPrompt),
                "rules": .array(ruleChanges.map { .object($0.json) }),
            ]),
            "timeout": .number(plan.options.timeout / .seconds(1)),
        ]
        if let priority = plan.options.priority { json.append("priority", .string(priority.rawValue)) }
        if let policy { json.append("policy", .object(policy.json)) }
        if let cache { json.append("cache", .object(cache.json)) }
        json.append("cost", .object(cost.json(endpoint: plan.endpoint)))
        if let expectedTime { json.append("expected_time", .object(expectedTime.json)) }
        json.append("test_mode", .bool(testMode))
        return json
    }

    private static func origins(_ arguments: [GenerationPlan.Argument]) -> JSONObject {
        JSONObject(arguments.map { ($0.name, .string($0.origin.description)) })
    }

    private static func places(_ arguments: [GenerationPlan.Argument]) -> JSONObject {
        JSONObject(arguments.compactMap { argument in argument.origin.place.map { (argument.name, .object($0.json)) } })
    }
}

extension GenerationPlan.Dropped {
    /// Why, in English: "fal-ai/flux-lora has no field for it".
    package func reasonText(endpoint: String, in language: Language) -> String {
        switch reason {
        case .noField: language.wording("\(endpoint) has no field for it", "у \(endpoint) нет такого поля")
        case .replaced(let other): language.wording("\(other.rawValue) is given", "задан \(other.rawValue)")
        }
    }

    func json(endpoint: String) -> JSONObject {
        var json: JSONObject = [
            "key": .string(key.rawValue), "value": value, "origin": .string(origin.description),
        ]
        if let place = origin.place { json.append("place", .object(place.json)) }
        json.append("reason", .string(reasonText(endpoint: endpoint, in: .english)))
        return json
    }
}
