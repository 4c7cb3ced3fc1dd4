import CLua
import CLuaShims
import EventLoop

/// Looking at values without running any of their code.
extension LuaStack {
    /// Pushes the metatable of the value at `index`, whatever its `__metatable` says; false (nothing pushed) for none.
    package func pushMetatable(of index: Int32) -> Bool {
        reserve(1) && lua_getmetatable(pointer, index) != 0
    }

    /// Pushes the table of global variables.
    package func pushGlobals() {
        guard reserve(1) else { return }
        lua_rawgeti(pointer, luaRegistryIndex, lua_Integer(LUA_RIDX_GLOBALS))
    }

    /// Pushes the table behind `package.loaded`.
    package func pushLoadedModules() { pushRegistryField("_LOADED") }

    /// Pushes the table behind `package.preload`.
    package func pushPreloadedModules() { pushRegistryField("_PRELOAD") }

    /// Pops a key and pushes what the table at `index` has under it (nil when that is no table), without metamethods.
    package func getEntry(at index: Int32) {
        guard lua_type(pointer, index) == LUA_TTABLE else {
            pop()
            return pushNil()
        }
        lua_rawget(pointer, index)
    }

    /// What tells a table, function, userdata or coroutine from all others that are alive; nil for other values.
    package func identity(at index: Int32) -> UnsafeRawPointer? {
        switch type(at: index) {
        case .table, .function, .userdata, .thread: UnsafeRawPointer(lua_topointer(pointer, index))
        default: nil
        }
    }

    /// `file:line` where the Lua function at `index` begins; nil for a function of C or of the host.
    package func functionOrigin(at index: Int32) -> String? {
        guard type(at: index) == .function, lua_iscfunction(pointer, index) == 0, reserve(1) else { return nil }
        pushCopy(of: index)
        var record = lua_Debug()
        lua_getinfo(pointer, ">S", &record)
        let source = withUnsafeBytes(of: record.short_src) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return "\(source):\(record.linedefined)"
    }

    /// Pushes what the registry has under a string.
    func pushRegistryField(_ name: String) {
        guard reserve(2) else { return }
        push(name)
        lua_rawget(pointer, luaRegistryIndex)
    }
}

extension LuaState {
    /// "Lua 5.4.4": the release that falhost was built with.
    package static var release: String { String(cString: luashim_release()) }
}
