package import EventLoop
package import LuaRuntime

/// What `help` tells at the prompt.
@LoopActor
package enum PromptHelp {
    /// The description of the function (or other value) at an index; nil when nothing is declared about it.
    package typealias Description = @LoopActor (LuaStack, _ index: Int32) -> String?

    static func general(modules: [String]) -> String {
        """
        Type Lua: the value of an expression is shown and kept in _.
        Calls that wait just wait; task.spawn(fn) goes on while you type.
        Globals last for the session, locals for one line or block.
        Loaded: \(modules.joined(separator: ", ")), and Lua's own libraries.
        help(fal.run) tells about a function; Tab completes names.
        Ctrl-C stops what runs or clears the line; Ctrl-D, exit or quit ends.
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
