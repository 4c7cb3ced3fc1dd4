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
        let wait = Wait(
            function: call.functionName, coroutine: call.stack.pointer, waker: operation.waker, cancel: cancel)
        if case .host = wait.waker { luaState.scheduler.hostWaits += 1 }
        state = .waiting(wait)
        if cancellation.isRequested, !cancellation.isDelivered, !luaState.host.pointee.leaving {
            interrupt(wait, with: .cancellation)
        }
        return Int32(LUASHIM_WAIT)
    }

    /// The operation of the wait numbered `wait` has ended; a late or second word is ignored.
    func complete(_ wait: UInt64, _ result: Delivery) {
        guard wait == waitCount else { return }
        switch state {
        case .starting(nil):
            state = .starting(result)
        case .waiting(let wait):
            proceed(from: wait, with: result)
        case .cancelling(let wait, let delivery):
            // What failed while it was cleaned up is not hidden behind the cancellation that made it end.
            if case .failure(let failure as LuaTaskFailure) = result, !failure.isCancellation {
                proceed(from: wait, with: result)
            } else {
                proceed(from: wait, with: delivery)
            }
        default:
            return
        }
    }

    private func proceed(from wait: Wait, with result: Delivery) {
        waitCount += 1
        if case .host = wait.waker { luaState.scheduler.hostWaits -= 1 }
        state = .ready(result)
        luaState.scheduler.enqueue(self)
    }

    /// Ends the wait under way; `delivery` is what it gives, once its operation has ended.
    func interrupt(_ wait: Wait, with delivery: Delivery) {
        state = .cancelling(wait, delivery)
        wait.cancel()
    }

    /// Throws when the task was cancelled and does not know it yet, or knew it and caught it; or when a child failed
    /// and nobody has been told.
    func throwIfInterrupted() throws {
        if luaState.host.pointee.exiting {
            // What unwinds already may wait in its cleanup.
            if luaState.host.pointee.leaving { return }
            throw LuaTaskExit()
        }
        noteInterruption()
        if cancellation.isRequested {
            if !cancellation.isDelivered || luaState.host.pointee.cancel_caught { throw deliverCancellation() }
        } else if !unobserved.isEmpty, let failure = takeChildFailure() {
            throw failure
        }
    }

    /// The cancellation may have been raised in busy code, by the watchdog: waits in the cleanup are then not told
    /// again.
    func noteInterruption() {
        guard luaState.host.pointee.cancelled else { return }
        cancellation.isRequested = true
        cancellation.isDelivered = true
    }

    func deliverCancellation() -> LuaTaskCancellation {
        cancellation.isDelivered = true
        luaState.host.pointee.cancelled = true
        luaState.host.pointee.cancel_caught = false
        return LuaTaskCancellation(reason: cancellation.reason)
    }

    /// Cancels the task: its operation is cancelled, and its wait ends with an error when that has ended. One that
    /// never ran does not run at all. Only the first cancellation counts.
    ///
    /// - Parameter reason: becomes part of the error's message, and its field `reason`.
    package func cancel(reason: String? = nil) {
        if requestCancellation(reason) { cancelChildren() }
    }

    /// True when only its children are left to be cancelled.
    func requestCancellation(_ reason: String?) -> Bool {
        // What unwinds for os.exit ends anyway, and may wait in its cleanup.
        guard !cancellation.isRequested, !isLeaving else { return false }
        cancellation.isRequested = true
        cancellation.reason = reason
        switch state {
        case .ready(.start):
            cancelUnstarted()
        case .waiting(let wait):
            interrupt(wait, with: .cancellation)
        case .joining:
            return true
        case .ready, .running, .starting, .cancelling, .ended:
            break
        }
        return false
    }

    /// os.exit was called in some task: the wait ends with an unwinding that the script cannot catch.
    func leave() {
        guard !isLeaving else { return }
        switch state {
        case .ready(.start):
            cancelUnstarted()
        case .waiting(let wait):
            isLeaving = true
            interrupt(wait, with: .failure(LuaTaskExit()))
        case .cancelling(let wait, _):
            isLeaving = true
            state = .cancelling(wait, .failure(LuaTaskExit()))
        case .ready, .running, .starting, .joining, .ended:
            break
        }
    }

    /// Ends the wait under way, if any, with an error.
    func interrupt(with error: any Error) {
        if case .waiting(let wait) = state { interrupt(wait, with: .failure(error)) }
    }

    private func cancelUnstarted() {
        lua_settop(thread, 0)
        LuaTaskCancellation(reason: cancellation.reason).push(onto: LuaStack(thread))
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
        // A chain of tasks that hold each other would be released in as deep a recursion.
        parent = nil
        if case .waiting(let wait) = previous { wait.cancel() }
        finishForHost()
    }
}
