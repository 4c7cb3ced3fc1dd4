import EventLoop
import LuaRuntime

/// What `help` tells at the prompt.
@LoopActor
enum PromptHelp {
    static var general: String {
        """
        \(ScriptHelp.overview)

        Type Lua: the value of an expression is shown and kept in _.
        Calls that wait just wait; task.spawn(fn) goes on while you type.
        Globals last for the session, locals for one line or block.
        Tab completes names. Ctrl-C stops what runs or clears the line.
        Ctrl-D, exit or quit ends.
        """
    }

    static func unknown(at index: Int32, on stack: LuaStack) -> String {
        if stack.type(at: index) == .function {
            let name = FunctionNames.name(ofFunctionAt: index, on: stack)
            return "No description of \(name.map { "'\($0)'" } ?? "this function") is known."
        }
        return
            "help() takes a function, a module or a name, as in help \"fal\"; this is a \(stack.typeName(at: index))."
    }
}
