package import JSON

/// Config values by key, with their origins, and what was wrong with those that were given.
package struct ConfigEntries: Sendable {
    package struct Entry: Sendable {
        package let key: ConfigKey
        package var value: JSONValue
        package var origin: Origin
    }
    /// Each key once, in the order in which they were first set.
    private(set) var entries: [Entry] = []
    /// Problems with keys; values are checked when the endpoint is known.
    private(set) var problems: [ConfigProblem] = []

    subscript(key: ConfigKey) -> Entry? { index(of: key).map { entries[$0] } }

    // By index: a closure over the elements would copy each of them.
    private func index(of key: ConfigKey) -> Int? {
        for index in entries.indices where entries[index].key == key { return index }
        return nil
    }

    /// The key of that name; an unknown name is noted as a problem.
    mutating func key(_ name: String, _ origin: Origin) -> ConfigKey? {
        if let key = ConfigKey(rawValue: name) { return key }
        let nearest = DidYouMean.nearest(to: name, in: ConfigKey.names)
        problems.append(ConfigProblem(key: name, origin: origin, fault: .unknownKey(nearest: nearest)))
        return nil
    }

    /// Sets a value on top of an earlier one; null takes that away.
    mutating func set(_ key: ConfigKey, _ value: JSONValue, _ origin: Origin) {
        let index = index(of: key)
        switch (index, value) {
        case (let index?, .null): entries.remove(at: index)
        case (nil, .null): break
        case (let index?, _): entries[index] = Entry(key: key, value: value, origin: origin)
        case (nil, _): entries.append(Entry(key: key, value: value, origin: origin))
        }
    }

    mutating func report(_ problem: ConfigProblem) { problems.append(problem) }
}
