import EventLoop
import Generation
import LuaRuntime

/// The global `text` of rules: what Lua's own string library cannot do beyond ASCII.
enum TextModule {
    @LoopActor
    static let functions: [LuaFunction] = [
        // text.has_phrase(text, phrase): whether the phrase stands in the text as whole words, in any case.
        LuaFunction("text.has_phrase") { call in
            call.stack.push(Phrase.contains(try call.requireString(2), in: try call.requireString(1)))
            return 1
        },
        // text.lower(text): lower case of every alphabet.
        LuaFunction("text.lower") { call in
            call.stack.push(Phrase.lowercased(try call.requireString(1)))
            return 1
        },
    ]
}
