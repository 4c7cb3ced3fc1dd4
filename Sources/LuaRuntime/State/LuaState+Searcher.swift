import CLua
import EventLoop

extension LuaState {
    /// Lets `require` ask `find` for modules that none of Lua's own searchers knows (Lua manual §6.3,
    /// package.searchers).
    package func addSearcher(_ find: @escaping @LoopActor (String) throws -> LuaModule?) {
        guard !isClosed else { return }
        let base = stack.top
        defer { lua_settop(pointer, base) }
        stack.pushLoadedModules()
        stack.getField("package", at: -1)
        guard stack.getField("searchers", at: -1) == .table else { return }
        stack.push(LuaFunction("require") { call in try Self.search(call, find) })
        stack.setIndex(stack.rawLength(at: -2) + 1)
    }

    private static func search(_ call: LuaCall, _ find: @LoopActor (String) throws -> LuaModule?) throws -> Int32 {
        guard let name = call.stack.string(at: 1), let module = try find(name) else { return 0 }
        call.stack.push(
            LuaFunction(module.name) { call in
                try module.push(onto: call.stack)
                return 1
            })
        call.stack.push(":falhost:")
        return 2
    }
}
