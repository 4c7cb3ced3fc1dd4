import EventLoop
import LuaRuntime

/// The names of functions that modules have: "fal.generate_avatar_image", "string.format", "print".
@LoopActor
enum FunctionNames {
    /// The name under which a loaded module has the function; nil when none has it.
    static func name(ofFunctionAt index: Int32, on stack: LuaStack) -> String? {
        let function = stack.absoluteIndex(index)
        let base = stack.top
        defer { stack.setTop(base) }
        stack.pushLoadedModules()
        var found: [String] = []
        try? stack.forEachEntry(at: -1) { stack in
            guard let module = stack.string(at: -2), stack.type(at: -1) == .table else { return }
            let prefix = module == "_G" ? "" : module + "."
            try stack.forEachEntry(at: -1) { stack in
                guard stack.rawEqual(-1, function), let name = stack.string(at: -2) else { return }
                found.append(prefix + name)
            }
        }
        return found.min()
    }
}
