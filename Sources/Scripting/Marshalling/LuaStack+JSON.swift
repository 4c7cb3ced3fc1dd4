import EventLoop
import JSON
import LuaRuntime

/// Why a Lua value has no JSON form: the path to it and what it is.
struct LuaJSONError: Error, CustomStringConvertible {
    /// From the outermost table inwards: `loras[2].scale`; nil when the whole value is at fault.
    private(set) var path: String?
    let reason: String

    init(path: String? = "", reason: String) {
        self.path = path
        self.reason = reason
    }

    /// The same error seen from the table that has the value as its member `step` (`scale`, `[2]`).
    func inside(_ step: String) -> LuaJSONError {
        guard let path else { return self }
        let isMember = !path.isEmpty && !path.hasPrefix("[")
        return LuaJSONError(path: step + (isMember ? "." : "") + path, reason: reason)
    }

    var description: String { path.flatMap { $0.isEmpty ? nil : "\($0): \(reason)" } ?? reason }
}

extension LuaStack {
    /// Marks a table as a JSON array, so that an empty one is written as `[]`.
    static let arrayMetatable = "json.array"

    /// How deep Lua tables may nest on their way to JSON; a table that contains itself is found by it.
    private static let maximumDepth = JSONReader.defaultMaximumDepth

    /// Pushes a JSON value as Lua sees fal's answers: null members are absent, null elements are `json.null`.
    func push(_ value: JSONValue) {
        switch value {
        case .null: pushNull()
        case .bool(let value): push(value)
        case .integer(let value): push(value)
        case .number(let value): push(value)
        case .string(let value): push(value)
        case .array(let elements):
            pushTable(arrayCount: elements.count)
            for (index, element) in elements.enumerated() {
                push(element)
                setIndex(index + 1)
            }
            setMetatable(named: Self.arrayMetatable)
        case .object(let object):
            push(object)
        }
    }

    func push(_ object: JSONObject) {
        pushTable(fieldCount: object.count)
        for (name, value) in object where !value.isNull {
            push(value)
            setField(name)
        }
    }

    /// The value at `index` as JSON, its members in the order of their names.
    ///
    /// A table with items is an array, an empty one an object unless `json.array` or `json.decode` made it an array.
    func json(at index: Int32) throws -> JSONValue {
        try json(at: index, depth: 0)
    }

    private func json(at index: Int32, depth: Int) throws -> JSONValue {
        switch type(at: index) {
        case .none, .nil: return .null
        case .boolean: return .bool(isTrue(at: index))
        case .number: return try jsonNumber(at: index)
        case .string:
            guard let value = string(at: index) else {
                throw LuaJSONError(reason: "the string is not valid UTF-8")
            }
            return .string(value)
        case .table:
            guard depth < Self.maximumDepth else {
                throw LuaJSONError(
                    path: nil, reason: "tables nest deeper than \(Self.maximumDepth), or one contains itself")
            }
            let table = absoluteIndex(index)
            let length = rawLength(at: table)
            if length > 0 || hasMetatable(named: Self.arrayMetatable, at: table) {
                return .array(try jsonElements(of: table, length, depth + 1))
            }
            return .object(try jsonMembers(of: table, depth + 1))
        case .lightUserdata where isNull(at: index): return .null
        default: throw LuaJSONError(reason: "a \(typeName(at: index)) has no JSON form")
        }
    }

    private func jsonNumber(at index: Int32) throws -> JSONValue {
        if isInteger(at: index), let value = integer(at: index) { return .integer(value) }
        guard let value = number(at: index), value.isFinite else {
            throw LuaJSONError(reason: "JSON has no \(describe(at: index))")
        }
        return .number(value)
    }

    private func jsonMembers(of table: Int32, _ depth: Int) throws -> JSONObject {
        var members: [JSONObject.Member] = []
        members.reserveCapacity(8)
        try forEachEntry(at: table) { stack in
            guard stack.type(at: -2) == .string else {
                throw LuaJSONError(reason: "key \(stack.describe(at: -2)) is no string")
            }
            guard let name = stack.string(at: -2) else {
                throw LuaJSONError(reason: "a key is not valid UTF-8")
            }
            do {
                members.append((name, try stack.json(at: -1, depth: depth)))
            } catch let error as LuaJSONError {
                throw error.inside(name)
            }
        }
        return JSONObject(members.sorted { $0.name < $1.name })
    }

    private func jsonElements(of table: Int32, _ length: Int, _ depth: Int) throws -> [JSONValue] {
        var count = 0
        try forEachEntry(at: table) { _ in count += 1 }
        guard count == length else {
            throw LuaJSONError(reason: "the table mixes a list with other keys, or the list has holes")
        }
        var elements: [JSONValue] = []
        elements.reserveCapacity(length)
        for position in 1..<length + 1 {
            getIndex(position, at: table)
            do {
                elements.append(try json(at: -1, depth: depth))
            } catch let error as LuaJSONError {
                throw error.inside("[\(position)]")
            }
            pop(1)
        }
        return elements
    }
}
