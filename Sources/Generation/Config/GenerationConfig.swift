internal import EventLoop
package import JSON

/// A preset with one call's overrides on top.
package struct GenerationConfig: Sendable {
    package typealias Entry = ConfigEntries.Entry

    package let preset: Preset
    /// Who named the preset.
    package let presetOrigin: Origin
    /// As the caller gave them.
    package let overrides: JSONObject
    private var merged: ConfigEntries

    /// The values in force, each key once: the preset's in its order, then what the call added.
    package var entries: [Entry] { merged.entries }
    var problems: [ConfigProblem] { merged.problems }

    /// Merges the overrides over the preset they name, else over the default one: the project's, or the built-in.
    ///
    /// A null takes the preset's value away. Problems with keys are collected in `problems`; values are checked when
    /// the endpoint is known.
    @LoopActor
    init(
        overrides: JSONObject, presets: any PresetSource, default usual: Placed<String>? = nil
    ) throws(GenerationError) {
        let (name, origin) = try Self.presetName(in: overrides, usual)
        self.init(preset: try presets.preset(named: name), from: origin, overrides: overrides)
    }

    /// The same overrides over a preset that the policy chose.
    @LoopActor
    func replacing(preset name: String, from presets: any PresetSource) throws(GenerationError) -> GenerationConfig {
        GenerationConfig(preset: try presets.preset(named: name), from: .policy, overrides: overrides)
    }

    private init(preset: Preset, from origin: Origin, overrides: JSONObject) {
        self.preset = preset
        presetOrigin = origin
        self.overrides = overrides
        merged = preset.entries
        for (name, value) in overrides {
            guard let key = merged.key(name, .call), key.role != .selector else { continue }
            merged.set(key, value, .call)
        }
    }

    package subscript(key: ConfigKey) -> Entry? { merged[key] }

    /// The values in force by key, with the preset's name.
    package var json: JSONObject {
        var json = JSONObject()
        json.reserveCapacity(merged.entries.count + 1)
        json.append(ConfigKey.preset.rawValue, .string(preset.name))
        for entry in merged.entries { json.append(entry.key.rawValue, entry.value) }
        return json
    }

    private static func presetName(
        in overrides: JSONObject, _ usual: Placed<String>?
    ) throws(GenerationError) -> (String, Origin) {
        let quality = try name(.quality, in: overrides)
        let preset = try name(.preset, in: overrides)
        if let quality, let preset, quality != preset {
            let problem = ConfigProblem(key: "quality", origin: .call, fault: .contradicts(other: "preset"))
            throw .invalidConfig([problem])
        }
        if let name = preset ?? quality { return (name, .call) }
        return usual.map { ($0.value, .project($0.place)) } ?? (Preset.defaultName, .builtIn)
    }

    private static func name(_ key: ConfigKey, in overrides: JSONObject) throws(GenerationError) -> String? {
        guard let value = overrides[key.rawValue], !value.isNull else { return nil }
        if case .string(let name) = value { return name }
        throw .invalidConfig([ConfigProblem(key: key.rawValue, origin: .call, value: value, expected: key.type)])
    }
}
