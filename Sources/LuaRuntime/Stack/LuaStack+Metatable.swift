import CLua
import EventLoop

extension LuaStack {
    /// Gives the table on top the metatable `name` of this state's registry, made by `fill` when it is first needed.
    ///
    /// `fill` finds the new metatable on top and leaves it there; `__name` is set already.
    package func setMetatable(named name: String, fill: @LoopActor (LuaStack) -> Void = { _ in }) {
        guard lua_type(pointer, -1) == LUA_TTABLE, reserve(4) else { return }
        push(name)
        if lua_rawget(pointer, luaRegistryIndex) != LUA_TTABLE {
            pop(1)
            pushTable(fieldCount: 4)
            push(name)
            setField("__name")
            fill(self)
            push(name)
            lua_pushvalue(pointer, -2)
            lua_rawset(pointer, luaRegistryIndex)
        }
        lua_setmetatable(pointer, -2)
    }

    /// Whether the value at `index` has the metatable that `setMetatable(named:fill:)` gives.
    package func hasMetatable(named name: String, at index: Int32) -> Bool {
        guard reserve(2), lua_getmetatable(pointer, index) != 0 else { return false }
        push(name)
        lua_rawget(pointer, luaRegistryIndex)
        defer { pop(2) }
        return lua_rawequal(pointer, -1, -2) != 0
    }

    /// Whether the value at `index` has any metatable.
    package func hasMetatable(at index: Int32) -> Bool {
        guard reserve(1), lua_getmetatable(pointer, index) != 0 else { return false }
        pop()
        return true
    }

    /// Pushes the light userdata NULL: a value that is neither nil nor anything a script can make.
    package func pushNull() {
        guard reserve(1) else { return }
        lua_pushlightuserdata(pointer, nil)
    }

    package func isNull(at index: Int32) -> Bool {
        lua_type(pointer, index) == LUA_TLIGHTUSERDATA && lua_touserdata(pointer, index) == nil
    }
}
