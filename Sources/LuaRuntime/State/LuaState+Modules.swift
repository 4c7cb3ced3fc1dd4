import CLua
import CLuaShims
import EventLoop

extension LuaState {
    /// Lets `require "name"` give the module's table, which is built at the first require. Trusted profile only.
    package func preload(_ module: LuaModule) {
        guard !isClosed else { return }
        let stack = stack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        stack.pushPreloadedModules()
        stack.push(
            LuaFunction(module.name) { call in
                try module.push(onto: call.stack)
                return 1
            })
        stack.setField(module.name)
    }

    /// Sets a global variable to the value that `push` pushes.
    package func setGlobal(_ name: String, _ push: @LoopActor (LuaStack) throws -> Void) rethrows {
        guard !isClosed else { return }
        let stack = stack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        lua_rawgeti(stack.pointer, luaRegistryIndex, lua_Integer(LUA_RIDX_GLOBALS))
        try push(stack)
        if stack.top == base + 2 { stack.setField(name) }
    }

    /// Lets `require` look into a folder before it looks anywhere else.
    package func searchFirst(in folder: String) {
        packagePath = "\(folder)/?.lua;\(folder)/?/init.lua;" + packagePath
    }

    /// `package.path`, in which `require` looks for files: templates with `?`, separated by `;`.
    package var packagePath: String {
        get {
            guard !isClosed else { return "" }
            let base = stack.top
            defer { lua_settop(pointer, base) }
            stack.pushLoadedModules()
            stack.getField("package", at: -1)
            stack.getField("path", at: -1)
            return stack.string(at: -1) ?? ""
        }
        set {
            guard !isClosed else { return }
            let base = stack.top
            defer { lua_settop(pointer, base) }
            stack.pushLoadedModules()
            guard stack.getField("package", at: -1) == .table else { return }
            stack.push(newValue)
            stack.setField("path")
        }
    }
}
