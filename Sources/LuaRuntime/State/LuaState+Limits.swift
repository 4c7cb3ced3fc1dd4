import CLua
import CLuaShims
import EventLoop

extension LuaState {
    /// Limits how long Lua may run without returning to the loop; for scripts.
    ///
    /// Past it, `message` is raised with its `file:line: ` before it, which a `pcall` may catch; what still runs a
    /// second later is stopped for good. Costs nothing that could be measured while code keeps to it.
    package func limitBurst(to span: Duration, message: String) throws(LuaError) {
        try throwIfClosed()
        guard luashim_limit_burst(host, span.nanoseconds, message) == LUA_OK else {
            lua_settop(pointer, 0)
            throw LuaError(.memory, "no memory for the limit of a burst")
        }
    }

    /// Whether the memory limit has refused something since the last `call` began.
    package var hasHitMemoryLimit: Bool { !isClosed && host.pointee.limit_hit }
}
