package import JSON

/// What is nearest to a call that was refused. All but the mends has been planned, and would be accepted as it stands.
package struct Alternatives: Sendable, Equatable {
    /// What to change in the call or in a preset, all of it together.
    package var mends: [Mend] = []
    /// Avatars, the nearest first, that could take the place of the one that was named.
    package var avatars: [String] = []
    /// Presets likewise.
    package var presets: [String] = []
    /// Other endpoints that take the call as it is.
    package var endpoints: [String] = []

    package init(
        mends: [Mend] = [], avatars: [String] = [], presets: [String] = [], endpoints: [String] = []
    ) {
        self.mends = mends
        self.avatars = avatars
        self.presets = presets
        self.endpoints = endpoints
    }

    package struct Mend: Sendable, Equatable {
        package enum Change: Sendable, Equatable {
            case set(JSONValue)
            case rename(to: String)
            case remove
        }
        package let key: String
        package let change: Change
        /// The file to edit; nil for what the call itself can say.
        package let place: SourcePlace?
        /// What the key takes.
        package let expected: FieldType?
    }

    package var isEmpty: Bool { self == Alternatives() }

    package var json: JSONObject {
        func strings(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
        return [
            "mends": .array(mends.map { .object($0.json) }), "avatars": strings(avatars),
            "presets": strings(presets), "endpoints": strings(endpoints),
        ]
    }
}

extension Alternatives.Mend {
    var json: JSONObject {
        var json: JSONObject = ["key": .string(key)]
        switch change {
        case .set(let value): json.append("set", value)
        case .rename(let name): json.append("rename_to", .string(name))
        case .remove: json.append("remove", true)
        }
        if let expected { json.append("expected", .string(expected.phrase(in: .english))) }
        if let place { json.append("place", .object(place.json)) }
        return json
    }

    /// The overrides with the change made; a change in a preset's file that an override cannot make is left out.
    func applied(to overrides: JSONObject) -> JSONObject {
        var overrides = overrides
        switch change {
        case .set(let value): overrides[key] = value
        case .rename(let name):
            guard let value = overrides[key] else { return overrides }
            overrides[key] = nil
            overrides[name] = value
        case .remove: overrides[key] = nil
        }
        return overrides
    }
}
