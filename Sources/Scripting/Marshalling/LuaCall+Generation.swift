import EventLoop
import Generation
import JSON
import LuaRuntime

extension LuaCall {
    /// An avatar: a table with the avatar's fields, or an id.
    func avatar(at index: Int32) throws -> AvatarReference {
        switch stack.type(at: index) {
        case .string: return .id(try requireString(index))
        case .table: return .avatar(try Avatar(json: try object(at: index)))
        default: throw argumentError(index, expected: "avatar (a table or an id)")
        }
    }

    /// A prompt; bytes that are not UTF-8 are refused as the domain refuses other bad prompts.
    func prompt(at index: Int32) throws -> String {
        guard stack.type(at: index) == .string else { throw argumentError(index, expected: "prompt (a string)") }
        return try validPrompt(at: index)
    }

    private func validPrompt(at index: Int32) throws -> String {
        if let prompt = stack.string(at: index) { return prompt }
        let offset = stack.withBytes(at: index) { Prompt.firstFault(in: $0) } ?? 0
        throw GenerationError.invalidPrompt(.notUTF8(offset: offset ?? 0))
    }

    /// A table of named values; empty when the argument was left out.
    func object(at index: Int32) throws -> JSONObject {
        switch stack.type(at: index) {
        case .none, .nil: return [:]
        case .table:
            switch try jsonArgument(at: index) {
            case .object(let object): return object
            default: throw argumentError(index, "a table with named values is expected, got a list")
            }
        default: throw argumentError(index, expected: "table")
        }
    }

    /// Any value with a JSON form, or an argument error that says where it has none.
    func jsonArgument(at index: Int32) throws -> JSONValue {
        do {
            return try stack.json(at: index)
        } catch let error as LuaJSONError {
            throw argumentError(index, error.description)
        }
    }

    /// A list of strings.
    func prompts(at index: Int32) throws -> [String] {
        try requireTable(index)
        var prompts: [String] = []
        for position in 1..<stack.rawLength(at: index) + 1 {
            let type = stack.getIndex(position, at: index)
            defer { stack.pop() }
            guard type == .string else {
                throw argumentError(index, "prompt \(position) is a \(stack.typeName(at: -1)), a string is expected")
            }
            prompts.append(try validPrompt(at: -1))
        }
        return prompts
    }

    /// The number called `name` in the options table at `index`; nil when it is absent.
    func numberOption(_ name: String, at index: Int32) throws -> Double? {
        guard stack.type(at: index) == .table else { return nil }
        stack.getField(name, at: index)
        defer { stack.pop() }
        if stack.isNilOrNone(at: -1) { return nil }
        guard let value = stack.number(at: -1), value.isFinite else {
            throw argumentError(index, "\(name) is a \(stack.typeName(at: -1)), a number is expected")
        }
        return value
    }

    /// The count called `name` (1 or more) in the options table at `index`; nil when it is absent.
    func countOption(_ name: String, at index: Int32) throws -> Int? {
        guard let value = try numberOption(name, at: index) else { return nil }
        guard let count = Int(exactly: value), count >= 1 else {
            throw argumentError(index, "\(name) is \(value), a whole number from 1 is expected")
        }
        return count
    }

    /// The time in seconds called `name` in the options table at `index`; nil when it is absent.
    func durationOption(_ name: String, at index: Int32) throws -> Duration? {
        guard let seconds = try numberOption(name, at: index) else { return nil }
        guard (0...31_536_000).contains(seconds) else {
            throw argumentError(index, "\(name) is \(seconds), seconds from 0 to a year are expected")
        }
        return .seconds(seconds)
    }

    func stringOption(_ name: String, at index: Int32) throws -> String? {
        guard stack.type(at: index) == .table else { return nil }
        stack.getField(name, at: index)
        defer { stack.pop() }
        if stack.isNilOrNone(at: -1) { return nil }
        guard let value = stack.string(at: -1) else {
            throw argumentError(index, "\(name) is a \(stack.typeName(at: -1)), a string is expected")
        }
        return value
    }

    func flagOption(_ name: String, at index: Int32) -> Bool {
        guard stack.type(at: index) == .table else { return false }
        stack.getField(name, at: index)
        defer { stack.pop() }
        return stack.isTrue(at: -1)
    }
}
