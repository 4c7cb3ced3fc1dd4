internal import EventLoop
package import JSON

/// A preset with one call's overrides on top.
package struct GenerationConfig: Sendable {
    package typealias Entry = ConfigEntries.Entry

    package let preset: Preset
    /// As the caller gave them.
    package let overrides: JSONObject
    private var merged: ConfigEntries

    /// The values in force, each key once: the preset's in its order, then what the call added.
    package var entries: [Entry] { merged.entries }
    var problems: [ConfigProblem] { merged.problems }

    /// Merges the overrides over the preset they name, else over the default preset.
    ///
    /// A null takes the preset's value away. Problems with keys are collected in `problems`; values are checked when
    /// the endpoint is known.
    @LoopActor
    init(overrides: JSONObject, presets: any PresetSource) throws(GenerationError) {
        preset = try presets.preset(named: Self.presetName(in: overrides))
        merged = preset.entries
        self.overrides = overrides
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

    private static func presetName(in overrides: JSONObject) throws(GenerationError) -> String {
        let quality = try name(.quality, in: overrides)
        let preset = try name(.preset, in: overrides)
        if let quality, let preset, quality != preset {
            let problem = ConfigProblem(key: "quality", origin: .call, fault: .contradicts(other: "preset"))
            throw .invalidConfig([problem])
        }
        return preset ?? quality ?? Preset.defaultName
    }

    private static func name(_ key: ConfigKey, in overrides: JSONObject) throws(GenerationError) -> String? {
        guard let value = overrides[key.rawValue], !value.isNull else { return nil }
        if case .string(let name) = value { return name }
        throw .invalidConfig([ConfigProblem(key: key.rawValue, origin: .call, value: value, expected: key.type)])
    }
}
