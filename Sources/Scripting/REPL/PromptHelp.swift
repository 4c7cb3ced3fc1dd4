package import EventLoop
package import LuaRuntime

/// What `help` tells at the prompt.
@LoopActor
package enum PromptHelp {
    /// The description of the function (or other value) at an index; nil when nothing is declared about it.
    package typealias Description = @LoopActor (LuaStack, _ index: Int32) -> String?

    static func general(modules: [String]) -> String {
        """
        Type Lua: the value of an expression is shown, and is in _ until the next one; calls that wait just wait.
        Modules that are loaded: \(modules.joined(separator: ", ")), beside Lua's own libraries. help(fal.run) tells
        about a function. Globals last for the session, locals for one line (or block).
        task.spawn(fn) goes on while you type; an error that nobody awaits is shown.
        Tab completes names. Ctrl-C stops what runs or clears the line. Ctrl-D, exit or quit ends the session.
        """
    }

    static func unknown(at index: Int32, on stack: LuaStack) -> String {
        if stack.type(at: index) == .function {
            let name = FunctionNames.name(ofFunctionAt: index, on: stack)
            return "No description of \(name.map { "'\($0)'" } ?? "this function") is known."
        }
        return "help() takes a function, such as fal.run; this is a \(stack.typeName(at: index))."
    }
}
