import EventLoop
import LuaRuntime

/// What has been entered at a prompt so far, as Lua sees it.
enum PromptChunk {
    case complete(LuaReference)
    /// Lua expects more lines.
    case incomplete

    /// Compiles an expression, else a statement, as lua(1) does (Lua manual §7): a leading `=` makes it an expression.
    @LoopActor
    static func compile(_ text: String, in state: LuaState) throws(LuaError) -> PromptChunk {
        var text = text
        if text.hasPrefix("=") { text.replaceSubrange(..<text.index(after: text.startIndex), with: "return ") }
        if let expression = try? load("return " + text, in: state) { return .complete(expression) }
        do throws(LuaError) {
            return .complete(try load(text, in: state))
        } catch {
            // Lua's parser says where it stopped: at the end of what there is.
            if error.kind == .syntax, error.message.hasSuffix("<eof>") { return .incomplete }
            throw error
        }
    }

    @LoopActor
    private static func load(_ text: String, in state: LuaState) throws(LuaError) -> LuaReference {
        try state.load([UInt8](text.utf8), name: "=stdin")
    }
}
