import EventLoop
import Generation
import LuaRuntime

/// The global `text` of presets and rules: what Lua's own string library cannot do beyond ASCII.
enum TextModule {
    @LoopActor
    static func make() -> LuaModule {
        LuaModule(
            name: "text", declaration: { .text },
            functions: [
                LuaFunction("text.has_phrase") { call in
                    let phrase = try bounded(call, 2, to: 1 << 10)
                    call.stack.push(Phrase.contains(phrase, in: try bounded(call, 1, to: 64 << 10)))
                    return 1
                },
                LuaFunction("text.lower") { call in
                    call.stack.push(Phrase.lowercased(try bounded(call, 1, to: 64 << 10)))
                    return 1
                },
            ])
    }

    /// A string argument that is not longer than what can be looked through well within a rule's deadline, which stops
    /// Lua only: far more than any prompt.
    @LoopActor
    private static func bounded(_ call: LuaCall, _ index: Int32, to limit: Int) throws -> String {
        if let length = call.stack.withBytes(at: index, { $0.count }), length > limit {
            throw call.argumentError(index, "at most \(limit) bytes expected, got \(length)")
        }
        return try call.requireString(index)
    }
}
