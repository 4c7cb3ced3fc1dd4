import CLua
import CLuaShims
import EventLoop

/// How a task failed, with the value that was raised: every awaiter gets the same.
struct LuaTaskFailure: LuaErrorConvertible {
    let value: LuaReference
    let status: Int32
    var traceback: String?
    let isCancellation: Bool
    /// Stands between the task's traceback and that of the one in which the error is raised again.
    var link = "awaited at:"

    func push(onto stack: LuaStack) {
        stack.push(value)
        carryTraceback(onto: stack)
    }

    /// Puts the task's traceback before that of the frame in which the error on top goes on.
    @LoopActor
    func carryTraceback(onto stack: LuaStack) {
        guard stack.reserve(3), var text = traceback.map({ "\(Self.shortened($0))\n\(link)\n" }) else { return }
        text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luashim_carry_traceback(stack.pointer, $0.baseAddress, $0.count)
            }
        }
    }

    /// The same failure, raised in the wait of a parent that did not await the child.
    func raisedInParent(spawnedAt origin: String?) -> LuaTaskFailure {
        var failure = self
        failure.link = "\(Self.place(origin))raised in its parent at:"
        failure.traceback = traceback ?? "the child has no traceback"
        return failure
    }

    /// The same failure, of the parent that ended without awaiting the child.
    func raisedAtEndOfParent(spawnedAt origin: String?) -> LuaTaskFailure {
        let note = "\(Self.place(origin))not awaited: raised at the end of its parent"
        var failure = self
        failure.traceback = traceback.map { "\(Self.shortened($0))\n\(note)" } ?? note
        return failure
    }

    /// The beginning of a traceback that each of many nested tasks makes longer: the place of the error is there.
    private static func shortened(_ traceback: String) -> String {
        let most = 32_768
        guard traceback.utf8.count > most else { return traceback }
        return String(decoding: traceback.utf8.prefix(most), as: UTF8.self) + "\n\t…"
    }

    /// Only one error can be raised; the others are told with its traceback.
    @LoopActor
    func noting(_ other: LuaTaskFailure, of task: LuaTask) -> LuaTaskFailure {
        let message = other.error(in: task.luaState).description
        let note = "\(Self.place(task.origin))failed too: \(message)" + (other.traceback.map { "\n\($0)" } ?? "")
        var failure = self
        failure.traceback = traceback.map { "\($0)\n\(note)" } ?? note
        return failure
    }

    private static func place(_ origin: String?) -> String {
        origin.map { "spawned at \($0), " } ?? ""
    }

    /// For the host, when the task was the script itself.
    @LoopActor
    func error(in state: LuaState) -> LuaError {
        let stack = state.activeStack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        stack.push(value)
        return state.makeError(status, valueAt: -1, on: stack, traceback: traceback)
    }
}

/// What a task's wait ends with after os.exit: C raises what only exits raise.
struct LuaTaskExit: Error {}

/// What a cancelled task's wait raises.
struct LuaTaskCancellation: LuaErrorConvertible {
    let reason: String?

    func push(onto stack: LuaStack) {
        let message = stack.state.cancellationMessage
        stack.pushError(
            code: "cancelled", message: reason.map { "\(message): \($0)" } ?? message, isCancellation: true)
        guard let reason else { return }
        stack.push(reason)
        stack.setField("reason")
    }
}
