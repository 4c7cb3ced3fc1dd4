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
                    call.stack.push(Phrase.contains(try call.requireString(2), in: try call.requireString(1)))
                    return 1
                },
                LuaFunction("text.lower") { call in
                    call.stack.push(Phrase.lowercased(try call.requireString(1)))
                    return 1
                },
            ])
    }
}
