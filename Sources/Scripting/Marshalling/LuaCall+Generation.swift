import EventLoop
import Generation
import JSON
import LuaRuntime

extension LuaCall {
    /// Where this paid call stands in its script; counts it.
    func place(_ services: any ScriptServices) -> CallPlace {
        CallPlace(Int64(bitPattern: nextPlace()), position: services.isResuming ? position : nil)
    }

    /// The places of a batch's prompts.
    func places(_ count: Int, _ services: any ScriptServices) -> [CallPlace] {
        let position = services.isResuming ? position : nil
        return nextPlaces(count).map { CallPlace(Int64(bitPattern: $0), position: position) }
    }

    /// An avatar: a table with the avatar's fields, or an id.
    func avatar(at index: Int32) throws -> AvatarReference {
        switch stack.type(at: index) {
        case .string: return .id(try requireString(index))
        default: return .avatar(try Avatar(json: try object(at: index)))
        }
    }

    /// A prompt; bytes that are not UTF-8 are refused as the domain refuses other bad prompts.
    func prompt(at index: Int32) throws -> String {
        if let prompt = stack.string(at: index) { return prompt }
        let offset = stack.withBytes(at: index) { Prompt.firstFault(in: $0) } ?? 0
        throw GenerationError.invalidPrompt(.notUTF8(offset: offset ?? 0))
    }

    /// A table of named values; empty when the argument was left out.
    func object(at index: Int32) throws -> JSONObject {
        switch stack.type(at: index) {
        case .none, .nil: return [:]
        default:
            switch try jsonArgument(at: index) {
            case .object(let object): return object
            default: throw argumentError(index, "a table with named values is expected, got a list")
            }
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
        var prompts: [String] = []
        for position in 1..<stack.rawLength(at: index) + 1 {
            let type = stack.getIndex(position, at: index)
            defer { stack.pop() }
            guard type == .string else {
                throw argumentError(index, "prompt \(position) is a \(stack.typeName(at: -1)), a string is expected")
            }
            prompts.append(try prompt(at: -1))
        }
        return prompts
    }

    /// The count called `name` in the options table at `index`; nil when it is absent.
    func countOption(_ name: String, at index: Int32) -> Int? {
        option(name, at: index) { stack.integer(at: -1).map { Int($0) } }
    }

    /// The time in seconds called `name` in the options table at `index`; nil when it is absent.
    func durationOption(_ name: String, at index: Int32) -> Duration? {
        option(name, at: index) { stack.number(at: -1).map { .seconds($0) } }
    }

    func stringOption(_ name: String, at index: Int32) throws -> String? {
        try option(name, at: index) {
            if stack.isNilOrNone(at: -1) { return nil }
            guard let value = stack.string(at: -1) else {
                throw argumentError(index, "\(name): the string is not valid UTF-8")
            }
            return value
        }
    }

    /// The `key` of a call, with `retry_failed`.
    func keyOption(at index: Int32, _ services: any ScriptServices) throws -> JobKey? {
        guard let text = try stringOption("key", at: index) else { return nil }
        let retriesFailed = flagOption("retry_failed", at: index)
        return try services.raising { try JobKey(text, retriesFailed: retriesFailed) }
    }

    func flagOption(_ name: String, at index: Int32) -> Bool {
        option(name, at: index) { stack.isTrue(at: -1) } ?? false
    }

    /// Reads an option with `read`, for which it is on top. Its type has been checked: see the function's declaration.
    private func option<Value>(_ name: String, at index: Int32, _ read: () throws -> Value?) rethrows -> Value? {
        guard stack.type(at: index) == .table else { return nil }
        stack.getField(name, at: index)
        defer { stack.pop() }
        return try read()
    }
}
