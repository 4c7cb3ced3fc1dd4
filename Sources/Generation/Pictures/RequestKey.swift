internal import JSON

/// Tells equal requests: the SHA-256 of endpoint and arguments, whatever the order of their names.
package struct RequestKey: Sendable, Equatable {
    /// Of all arguments.
    package let exact: String
    /// Of all arguments but the seed.
    package let anySeed: String

    package init(exact: String, anySeed: String) {
        (self.exact, self.anySeed) = (exact, anySeed)
    }

    /// Nil for arguments that cannot be written as JSON.
    package init?(_ order: JobOrder) {
        let seedless = JSONObject(order.arguments.members.filter { $0.name != "seed" })
        guard let exact = Self.digest(order, .object(order.arguments)), let any = Self.digest(order, .object(seedless))
        else { return nil }
        self.init(exact: exact, anySeed: any)
    }

    private static func digest(_ order: JobOrder, _ arguments: JSONValue) -> String? {
        guard let bytes = try? canonical(arguments).serialized() else { return nil }
        return SHA256.digest(of: "\(order.endpoint)\n\(String(decoding: bytes, as: UTF8.self))")
    }

    /// Names sorted by their bytes, whole numbers without a fraction.
    private static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            let sorted = object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
            return .object(JSONObject(sorted.map { ($0.name, canonical($0.value)) }))
        case .array(let values): return .array(values.map(canonical))
        case .number: return value.integerValue.map { .integer($0) } ?? value
        default: return value
        }
    }
}
