internal import EventLoop
package import JSON

/// A preset with one call's overrides on top.
package struct GenerationConfig: Sendable {
    package struct Entry: Sendable {
        package let key: ConfigKey
        package var value: JSONValue
        package var origin: Origin
    }
    package let preset: Preset
    /// The values in force, each key once: the preset's in its order, then what the call added.
    package private(set) var entries: [Entry] = []
    private(set) var problems: [ConfigProblem] = []

    /// Merges the overrides over the preset they name, else over the default preset.
    ///
    /// A null takes the preset's value away. Problems with keys are collected in `problems`; values are checked when
    /// the endpoint is known.
    @LoopActor
    init(overrides: JSONObject, presets: any PresetSource) throws(GenerationError) {
        preset = try presets.preset(named: Self.presetName(in: overrides))
        entries.reserveCapacity(preset.values.count + overrides.count)
        for (name, value) in preset.values {
            let origin = Origin.preset(preset.name, file: preset.origins[name] ?? preset.file)
            guard let key = key(name, origin) else { continue }
            guard key.role != .selector else {
                problems.append(ConfigProblem(key: name, origin: origin, fault: .notInPreset))
                continue
            }
            set(key, value, origin)
        }
        for (name, value) in overrides {
            guard let key = key(name, .call), key.role != .selector else { continue }
            set(key, value, .call)
        }
    }

    package subscript(key: ConfigKey) -> Entry? { entries.first { $0.key == key } }

    /// The values in force by key, with the preset's name.
    package var json: JSONObject {
        var json = JSONObject()
        json.append(ConfigKey.preset.rawValue, .string(preset.name))
        for entry in entries { json.append(entry.key.rawValue, entry.value) }
        return json
    }

    private mutating func key(_ name: String, _ origin: Origin) -> ConfigKey? {
        if let key = ConfigKey(rawValue: name) { return key }
        let nearest = DidYouMean.nearest(to: name, in: ConfigKey.names)
        problems.append(ConfigProblem(key: name, origin: origin, fault: .unknownKey(nearest: nearest)))
        return nil
    }

    private mutating func set(_ key: ConfigKey, _ value: JSONValue, _ origin: Origin) {
        let index = entries.firstIndex { $0.key == key }
        switch (index, value) {
        case (let index?, .null): entries.remove(at: index)
        case (nil, .null): break
        case (let index?, _): entries[index] = Entry(key: key, value: value, origin: origin)
        case (nil, _): entries.append(Entry(key: key, value: value, origin: origin))
        }
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
