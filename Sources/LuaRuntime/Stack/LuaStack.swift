import CLua
import CLuaShims
package import EventLoop

/// The stack of one coroutine: pushes and reads that are safe from Swift, for none of them can raise.
///
/// Valid only while the host function (or closure) that received it runs. When a push finds no room (a script close to
/// Lua's limit of a million slots), it and what follows do nothing and the host function fails with "stack overflow".
@LoopActor
package struct LuaStack {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    package enum ValueType: Sendable {
        case none, `nil`, boolean, lightUserdata, number, string, table, function, userdata, thread
    }

    /// Number of values on the stack; also the index of the topmost.
    package var top: Int32 { lua_gettop(pointer) }

    /// Removes the topmost `count` values.
    package func pop(_ count: Int32 = 1) {
        lua_settop(pointer, -min(count, lua_gettop(pointer)) - 1)
    }

    /// Removes or adds (as nil) values until the stack has `count`.
    package func setTop(_ count: Int32) {
        if count > top, !reserve(count - top) { return }
        lua_settop(pointer, count)
    }

    /// The same place counted from the bottom.
    package func absoluteIndex(_ index: Int32) -> Int32 { lua_absindex(pointer, index) }

    package func remove(_ index: Int32) {
        lua_rotate(pointer, index, -1)
        pop(1)
    }

    /// Moves the topmost value to `index`.
    package func insert(_ index: Int32) { lua_rotate(pointer, index, 1) }

    /// The state to which this stack belongs.
    package var state: LuaState { LuaState.owner(of: pointer) }

    /// Makes room for `count` values; false (and the host function will fail) when there is none.
    func reserve(_ count: Int32) -> Bool {
        if lua_checkstack(pointer, count) != 0 { return true }
        luashim_of(pointer).pointee.overflowed = true
        return false
    }

    /// Takes the mark of a push that found no room.
    func takeOverflow() -> Bool {
        let host = luashim_of(pointer)
        defer { host?.pointee.overflowed = false }
        return host?.pointee.overflowed ?? false
    }
}
