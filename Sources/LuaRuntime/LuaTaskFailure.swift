import CLua
import CLuaShims
import EventLoop

/// How a task failed. Its error value stays on the failed task's own stack, so that every awaiter gets the same value.
struct LuaTaskFailure: LuaErrorConvertible {
    /// The task whose stack holds the error value at index 1.
    let task: LuaTask
    let status: Int32
    let traceback: String?
    let isCancellation: Bool

    func push(onto stack: LuaStack) {
        guard stack.reserve(3), lua_checkstack(task.thread, 1) != 0 else { return }
        lua_pushvalue(task.thread, 1)
        lua_xmove(task.thread, stack.pointer, 1)
        guard var text = traceback.map({ $0 + "\nawaited at:\n" }) else { return }
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luashim_carry_traceback(stack.pointer, $0.baseAddress, $0.count)
            }
        }
    }

    /// The same failure, of the parent that ended without awaiting the child.
    @LoopActor
    func raisedAtEnd(of parent: LuaTask, spawnedAt origin: String?) -> LuaTaskFailure {
        let place = origin.map { "spawned at \($0), " } ?? ""
        let note = "\(place)not awaited: raised at the end of its parent"
        let text = traceback.map { "\($0)\n\(note)" } ?? note
        return LuaTaskFailure(task: task, status: status, traceback: text, isCancellation: isCancellation)
    }

    /// For the host, when the task was the script itself.
    @LoopActor
    var error: LuaError {
        let state = task.luaState
        let stack = state.stack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        guard stack.reserve(2), lua_checkstack(task.thread, 1) != 0 else {
            return LuaError(.memory, "stack overflow", traceback: traceback)
        }
        lua_pushvalue(task.thread, 1)
        lua_xmove(task.thread, stack.pointer, 1)
        return state.makeError(status, valueAt: -1, on: stack, traceback: traceback)
    }
}

/// What a cancelled task's wait raises.
struct LuaTaskCancellation: LuaErrorConvertible {
    func push(onto stack: LuaStack) {
        stack.pushError(code: "cancelled", message: "the task was cancelled", isCancellation: true)
    }
}
