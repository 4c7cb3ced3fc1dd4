package import Generation
package import JSON

/// What a trainer is told besides its photos: preset, and what the call says otherwise.
package struct TrainingConfig: Sendable {
    package struct Argument: Sendable {
        package let name: String
        package let value: JSONValue
        package let origin: Origin
    }
    /// In the order in which they are sent.
    package private(set) var arguments: [Argument] = []
    /// Keys that other trainers have and this one has not.
    package private(set) var dropped: [String] = []

    /// Throws all that is wrong with preset and call as one `invalid_config`.
    package init(
        _ trainer: Trainer, _ type: TrainingType, name: String, preset: TrainingPreset, overrides: JSONObject
    ) throws(GenerationError) {
        var chosen: [String: (value: JSONValue, origin: Origin)] = [:]
        for (name, value) in trainer.defaults(type, name: name) { chosen[name] = (value, .builtIn) }
        var problems: [ConfigProblem] = []
        let entries = preset.entries(type) + overrides.members.map { ($0.name, $0.value, Origin.call) }
        for (key, value, origin) in entries {
            guard let field = trainer.field(key) else {
                if let problem = Self.problem(key, value, origin) {
                    problems.append(problem)
                } else if !dropped.contains(key) {
                    dropped.append(key)
                }
                continue
            }
            if value.isNull {
                chosen[key] = nil
            } else if let accepted = field.type.accepted(value) {
                chosen[key] = (accepted, origin)
            } else {
                problems.append(
                    ConfigProblem(key: key, origin: origin, value: value, expected: field.type, endpoint: trainer.id))
            }
        }
        guard problems.isEmpty else { throw .invalidConfig(problems) }
        arguments = trainer.fields.compactMap { field in
            chosen[field.name].map { Argument(name: field.name, value: $0.value, origin: $0.origin) }
        }
    }

    /// Why no trainer takes a key with this value; nil when one does.
    static func problem(_ key: String, _ value: JSONValue, _ origin: Origin) -> ConfigProblem? {
        let fields = Trainer.all.compactMap { $0.field(key) }
        guard let first = fields.first else {
            let nearest = DidYouMean.nearest(to: key, in: Trainer.keys)
            return ConfigProblem(key: key, origin: origin, fault: .unknownKey(nearest: nearest))
        }
        if value.isNull || fields.contains(where: { $0.type.accepted(value) != nil }) { return nil }
        return ConfigProblem(key: key, origin: origin, value: value, expected: first.type)
    }
}
