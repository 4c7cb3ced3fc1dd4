package import EventLoop
package import JSON

/// A named set of generation values, read from `presets/<name>.lua`.
package struct Preset: Sendable {
    package let name: String
    package let description: String?
    /// The presets it builds on, the nearest first: what `extends` names, then what that one extends, and so on.
    package let ancestors: [String]
    /// Config keys and values, its own on top of its ancestors'; without `description` and `extends`.
    package let values: JSONObject
    /// For each key of `values` where the preset file that set it has it.
    package let origins: [String: SourcePlace]
    /// The preset's own file, as a person would write it: `presets/ultra.lua`.
    package let file: String
    /// What it was made of: its own file, the modules that this requires, then the same of its ancestors.
    package let sources: [SourceHash]
    /// `values` by key, made once for all calls.
    let entries: ConfigEntries

    package init(
        name: String, description: String? = nil, ancestors: [String] = [], values: JSONObject,
        origins: [String: SourcePlace] = [:], file: String, sources: [SourceHash] = []
    ) {
        self.name = name
        self.description = description
        self.ancestors = ancestors
        self.values = values
        self.origins = origins
        self.file = file
        self.sources = sources
        entries = Self.entries(name: name, values: values, origins: origins, file: file)
    }

    private static func entries(
        name: String, values: JSONObject, origins: [String: SourcePlace], file: String
    ) -> ConfigEntries {
        var entries = ConfigEntries()
        for (member, value) in values {
            let origin = Origin.preset(name, origins[member] ?? SourcePlace(file: file))
            guard let key = entries.key(member, origin) else { continue }
            if key.role == .call {
                entries.report(ConfigProblem(key: member, origin: origin, fault: .onlyInCall))
            } else if key.role == .selector {
                entries.report(ConfigProblem(key: member, origin: origin, fault: .notInPreset))
            } else {
                entries.set(key, value, origin)
            }
        }
        return entries
    }

    /// What no endpoint takes: unknown keys, values of the wrong type or out of every range.
    package var problems: [ConfigProblem] {
        entries.problems
            + entries.entries.filter { $0.key.type.accepted($0.value) == nil }.map { entry in
                ConfigProblem(
                    key: entry.key.rawValue, origin: entry.origin, value: entry.value, expected: entry.key.type)
            }
    }

    package var extends: String? { ancestors.first }

    /// The preset that is used when a call names none.
    package static let defaultName = "balanced"
    /// The preset that sends style avatars to the ultra endpoint.
    package static let ultraName = "ultra"

    /// True for the preset `ultra` and all that build on it.
    package var isUltra: Bool { name == Preset.ultraName || ancestors.contains(Preset.ultraName) }
}

/// Where presets come from.
@LoopActor
package protocol PresetSource: AnyObject, Sendable {
    /// All names, sorted.
    func presetNames() throws(GenerationError) -> [String]

    /// The preset with its ancestors' values merged in; throws `unknown_preset` with the nearest known name.
    func preset(named name: String) throws(GenerationError) -> Preset
}
