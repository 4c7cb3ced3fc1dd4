import EventLoop
import JSON
import LuaRuntime

/// `require "json"`: RFC 8259, with integers and floats kept apart, `[]` and `{}` kept apart, and `json.null`.
enum JSONModule {
    @LoopActor
    static func make() -> LuaModule {
        LuaModule(
            name: "json", declaration: { .json },
            functions: [
                LuaFunction("json.decode", decode), LuaFunction("json.encode", encode),
                LuaFunction("json.array", array),
            ],
            values: { stack in
                stack.pushNull()
                stack.setField("null")
            })
    }

    @LoopActor
    private static func decode(_ call: LuaCall) throws -> Int32 {
        guard call.stack.type(at: 1) == .string else { throw call.argumentError(1, expected: "string") }
        return try pushDecoded(at: 1, of: call.stack)
    }

    /// Pushes what the document at `index` says.
    @LoopActor
    static func pushDecoded(at index: Int32, of stack: LuaStack) throws -> Int32 {
        let result: Result<Void, any Error>? = stack.withBytes(at: index) { bytes in
            Result {
                var reader = JSONReader(UnsafeRawBufferPointer(bytes), maximumDepth: JSONReader.defaultMaximumDepth)
                try push(reader.next(), from: &reader, onto: stack)
                _ = try reader.next()
            }
        }
        try result?.get()
        return result == nil ? 0 : 1
    }

    @LoopActor
    private static func push(
        _ token: JSONReader.Token, from reader: inout JSONReader, onto stack: LuaStack
    ) throws {
        switch token {
        case .beginObject:
            stack.pushTable()
            while case .name(let name) = try reader.next() {
                stack.push(bytes: name)
                try push(reader.next(), from: &reader, onto: stack)
                stack.setEntry()
            }
        case .beginArray:
            stack.pushTable()
            var position = 0
            while true {
                let element = try reader.next()
                if case .endArray = element { break }
                try push(element, from: &reader, onto: stack)
                position += 1
                stack.setIndex(position)
            }
            stack.setMetatable(named: LuaStack.arrayMetatable)
        case .string(let text), .name(let text): stack.push(bytes: text)
        case .integer(let value): stack.push(value)
        case .number(let value): stack.push(value)
        case .bool(let value): stack.push(value)
        case .null: stack.pushNull()
        case .endObject, .endArray, .end: stack.pushNil()
        }
    }

    @LoopActor
    private static func encode(_ call: LuaCall) throws -> Int32 {
        let value = try call.stack.json(at: 1)
        let pretty = call.flagOption("pretty", at: 2)
        call.stack.push(try value.serialized(pretty ? .pretty : .compact))
        return 1
    }

    @LoopActor
    private static func array(_ call: LuaCall) throws -> Int32 {
        if call.stack.isNilOrNone(at: 1) {
            call.stack.pushTable()
        } else {
            call.stack.setTop(1)
        }
        call.stack.setMetatable(named: LuaStack.arrayMetatable)
        return 1
    }
}
