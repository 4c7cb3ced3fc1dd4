import CLua
import CLuaShims
import EventLoop

extension LuaTask {
    /// Starts an operation for the running task: the number of its results when it completed at once, else the status
    /// that makes C yield.
    func wait(for operation: LuaOperation, in call: LuaCall) throws -> Int32 {
        waitCount += 1
        state = .starting(nil)
        let cancel: @LoopActor () -> Void
        do {
            cancel = try operation.start(LuaResumption(task: self, wait: waitCount))
        } catch {
            state = .running
            throw error
        }
        guard case .starting(let completed) = state else { return Int32(LUASHIM_WAIT) }
        if let completed {
            state = .running
            delivery = completed
            return try deliver(onto: call.stack)
        }
        state = .waiting(Wait(function: call.functionName, cancel: cancel))
        return Int32(LUASHIM_WAIT)
    }

    /// The operation of the wait numbered `wait` has ended; a late or second word is ignored.
    func complete(_ wait: UInt64, _ result: Delivery) {
        guard wait == waitCount else { return }
        switch state {
        case .starting(nil):
            state = .starting(result)
        case .waiting:
            waitCount += 1
            state = .ready(result)
            luaState.scheduler.enqueue(self)
        default:
            return
        }
    }

    /// Throws when the task was cancelled and does not know it yet, or knew it and caught it.
    func throwIfCancelled() throws {
        noteInterruption()
        guard cancellation.isRequested else { return }
        if !cancellation.isDelivered || luaState.host.pointee.cancel_caught { throw deliverCancellation() }
    }

    /// The cancellation may have been raised in busy code, by the watchdog: waits in the cleanup are then not told again.
    func noteInterruption() {
        guard luaState.host.pointee.cancelled else { return }
        cancellation.isRequested = true
        cancellation.isDelivered = true
    }

    func deliverCancellation() -> LuaTaskCancellation {
        cancellation.isDelivered = true
        luaState.host.pointee.cancelled = true
        luaState.host.pointee.cancel_caught = false
        return LuaTaskCancellation()
    }

    /// Cancels the task: its wait ends with an error, its operation is cancelled. One that never ran does not run at all.
    package func cancel() {
        guard !cancellation.isRequested else { return }
        cancellation.isRequested = true
        switch state {
        case .ready(.start):
            cancelUnstarted()
        case .waiting(let wait):
            waitCount += 1
            state = .ready(.cancellation)
            wait.cancel()
            luaState.scheduler.enqueue(self)
        case .joining:
            cancelChildren()
        case .ready, .running, .starting, .ended:
            break
        }
    }

    private func cancelUnstarted() {
        lua_settop(thread, 0)
        LuaTaskCancellation().push(onto: LuaStack(thread))
        functionFailed(LUA_ERRRUN, traceback: nil)
    }

    /// The state is closing: the operation ends, the task never runs again.
    func abandon() {
        waitCount += 1
        let previous = state
        state = .running
        waiters = [:]
        _ = children.removeAll()
        forgetUnobserved()
        if case .waiting(let wait) = previous { wait.cancel() }
        finishForHost()
    }
}
