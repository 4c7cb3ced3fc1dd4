import CLua
import CLuaShims
import EventLoop

/// How a task failed, with the value that was raised: every awaiter gets the same.
struct LuaTaskFailure: LuaErrorConvertible {
    let value: LuaReference
    let status: Int32
    let traceback: String?
    let isCancellation: Bool

    func push(onto stack: LuaStack) {
        stack.push(value)
        guard stack.reserve(3), var text = traceback.map({ $0 + "\nawaited at:\n" }) else { return }
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luashim_carry_traceback(stack.pointer, $0.baseAddress, $0.count)
            }
        }
    }

    /// The same failure, of the parent that ended without awaiting the child.
    func raisedAtEndOfParent(spawnedAt origin: String?) -> LuaTaskFailure {
        let place = origin.map { "spawned at \($0), " } ?? ""
        let note = "\(place)not awaited: raised at the end of its parent"
        let text = traceback.map { "\($0)\n\(note)" } ?? note
        return LuaTaskFailure(value: value, status: status, traceback: text, isCancellation: isCancellation)
    }

    /// For the host, when the task was the script itself.
    @LoopActor
    func error(in state: LuaState) -> LuaError {
        let stack = state.stack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        stack.push(value)
        return state.makeError(status, valueAt: -1, on: stack, traceback: traceback)
    }
}

/// What a cancelled task's wait raises.
struct LuaTaskCancellation: LuaErrorConvertible {
    func push(onto stack: LuaStack) {
        stack.pushError(code: "cancelled", message: stack.state.cancellationMessage, isCancellation: true)
    }
}
