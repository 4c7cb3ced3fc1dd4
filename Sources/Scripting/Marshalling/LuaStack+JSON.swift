import EventLoop
import JSON
import LuaRuntime

/// Why a Lua value has no JSON form: the path to it and what it is.
struct LuaJSONError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { path.isEmpty ? reason : "\(path): \(reason)" }
}

/// How deep Lua tables may nest on their way to JSON; a table that contains itself is found by it.
private let maximumDepth = 128

extension LuaStack {
    /// Pushes a JSON value as Lua sees fal's answers: null members are absent, null elements are `json.null`.
    func push(_ value: JSONValue) {
        switch value {
        case .null: pushNull()
        case .bool(let value): push(value)
        case .integer(let value): push(value)
        case .number(let value): push(value)
        case .string(let value): push(value)
        case .array(let elements):
            pushTable(arrayCount: elements.count, fieldCount: 0)
            for (index, element) in elements.enumerated() {
                push(element)
                setIndex(index + 1)
            }
        case .object(let object):
            push(object)
        }
    }

    func push(_ object: JSONObject) {
        pushTable(arrayCount: 0, fieldCount: object.count)
        for (name, value) in object where !value.isNull {
            push(value)
            setField(name)
        }
    }

    /// The value at `index` as JSON. A table with keys 1…n is an array, an empty one an object unless `json.array` or
    /// `json.decode` made it an array.
    func json(at index: Int32, path: String = "", depth: Int = 0) throws(LuaJSONError) -> JSONValue {
        switch type(at: index) {
        case .nil, .none: return .null
        case .boolean: return .bool(boolean(at: index))
        case .number:
            if let value = integer(at: index) { return .integer(value) }
            let value = number(at: index) ?? .nan
            guard value.isFinite else { throw LuaJSONError(path: path, reason: "JSON has no \(value)") }
            return .number(value)
        case .string:
            guard let value = string(at: index) else { throw LuaJSONError(path: path, reason: "the string is not UTF-8") }
            return .string(value)
        case .table:
            guard depth < maximumDepth else {
                throw LuaJSONError(path: "", reason: "tables nest deeper than \(maximumDepth), or one contains itself")
            }
            return try jsonTable(at: absoluteIndex(index), path: path, depth: depth + 1)
        case .lightUserdata where isNull(at: index): return .null
        case let other: throw LuaJSONError(path: path, reason: "a \(other.name) has no JSON form")
        }
    }

    private func jsonTable(at index: Int32, path: String, depth: Int) throws(LuaJSONError) -> JSONValue {
        let length = rawLength(at: index)
        if length > 0 || isJSONArray(at: index) { return try jsonArray(at: index, length, path, depth) }
        var object = JSONObject()
        var problem: LuaJSONError?
        forEachEntry(at: index) { key, value in
            guard type(at: key) == .string, let name = string(at: key) else {
                problem = LuaJSONError(path: path, reason: "a key is a \(describe(at: key)), JSON has string keys only")
                return false
            }
            do throws(LuaJSONError) {
                object.append(name, try json(at: value, path: path.isEmpty ? name : "\(path).\(name)", depth: depth))
                return true
            } catch {
                problem = error
                return false
            }
        }
        if let problem { throw problem }
        return .object(JSONObject(object.members.sorted { $0.name < $1.name }))
    }

    private func jsonArray(at index: Int32, _ length: Int, _ path: String, _ depth: Int) throws(LuaJSONError) -> JSONValue {
        var count = 0
        forEachEntry(at: index) { _, _ in
            count += 1
            return count <= length
        }
        guard count == length else {
            throw LuaJSONError(path: path, reason: "the table mixes a list with other keys, or has holes")
        }
        var elements: [JSONValue] = []
        elements.reserveCapacity(length)
        for position in 1...max(1, length) where length > 0 {
            getIndex(position, at: index)
            defer { pop(1) }
            elements.append(try json(at: -1, path: "\(path)[\(position)]", depth: depth))
        }
        return .array(elements)
    }
}
