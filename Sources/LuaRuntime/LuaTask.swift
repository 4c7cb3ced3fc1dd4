import CLua
import CLuaShims
package import EventLoop

/// A Lua function that runs beside others, in a coroutine of its own, as the child of the task that spawned it.
///
/// It ends when its function has ended and all its children have.
@LoopActor
package final class LuaTask {
    enum State {
        /// In the scheduler's queue.
        case ready(Delivery)
        case running
        /// An operation is being started; it may complete at once.
        case starting(Delivery?)
        case waiting(Wait)
        /// The function has ended; children have not.
        case joining(Ending)
        case ended(Ending)
    }

    /// What the coroutine is resumed with.
    enum Delivery {
        case start(argumentCount: Int32)
        case results(LuaResults)
        case failure(any Error)
        case cancellation
    }

    struct Wait {
        let function: String
        let cancel: @LoopActor () -> Void
    }

    /// How the function ended. Its results are at the bottom of the task's own stack.
    enum Ending {
        case returned(count: Int32)
        case failed(LuaTaskFailure)
    }

    /// A cancellation is raised once in the waiting frame, and again at each wait after a script has caught it.
    struct Cancellation {
        var isRequested = false
        var isDelivered = false
        var isCaught = false
    }

    let luaState: LuaState
    let thread: OpaquePointer
    /// Keeps `thread` alive; given up at the end when nothing is left on its stack.
    private var threadReference: LuaReference?
    /// `file:line` of the call that spawned the task.
    let origin: String?
    /// Nil once the task has ended and its parent has nothing to do with its error.
    private(set) var parent: LuaTask?
    private(set) var state: State
    var cancellation = Cancellation()
    private var delivery: Delivery?
    private var waitCount: UInt64 = 0
    private var children = LuaTaskSet(.child)
    var childIndex: Int?
    var liveIndex: Int?
    /// Children that failed while nobody waited for them, oldest first.
    private var unobserved: [LuaTask] = []
    private var waiters: [UInt64: @LoopActor () -> Void] = [:]
    private var waiterCount: UInt64 = 0
    private var isObserved = false
    /// For the host, when the task is a script: called when it has ended or its state is closed.
    var onEnd: (@LoopActor () -> Void)?

    /// Takes the function and its arguments from the top of `stack`.
    init(state luaState: LuaState, parent: LuaTask?, origin: String?, argumentCount: Int32, on stack: LuaStack) throws {
        guard stack.reserve(2), let thread = lua_newthread(stack.pointer) else {
            throw LuaError(.memory, "stack overflow")
        }
        self.luaState = luaState
        self.thread = thread
        self.parent = parent
        self.origin = origin
        threadReference = stack.reference(at: -1)
        stack.pop()
        guard lua_checkstack(thread, argumentCount + 2) != 0 else {
            throw LuaError(.memory, "too many arguments for a task")
        }
        luashim_push_root_body(thread)
        lua_xmove(stack.pointer, thread, argumentCount + 1)
        state = .ready(.start(argumentCount: argumentCount + 1))
    }

    /// Puts the task into its parent's scope and the scheduler's queue.
    func start() {
        parent?.children.insert(self)
        luaState.scheduler.add(self)
    }

    var hasEnded: Bool {
        if case .ended = state { return true }
        return false
    }

    /// For scripts: "ready", "running", "waiting", "done", "failed", "cancelled".
    package var status: String {
        switch state {
        case .ready: "ready"
        case .running, .starting: "running"
        case .waiting, .joining: "waiting"
        case .ended(.returned): "done"
        case .ended(.failed(let failure)): failure.isCancellation ? "cancelled" : "failed"
        }
    }
}

// MARK: Running

extension LuaTask {
    /// Turns a ready task into the running one: the number of values its coroutine is resumed with.
    func begin() -> Int32? {
        guard case .ready(let next) = state else { return nil }
        state = .running
        if case .start(let count) = next { return count }
        delivery = next
        return 0
    }

    /// Pushes what the wait ended with; called on the coroutine that waits.
    func deliver(onto stack: LuaStack) throws -> Int32 {
        let delivery = self.delivery
        self.delivery = nil
        switch delivery {
        case .results(let results): return try results(stack)
        case .failure(let error): throw error
        case .cancellation: throw deliverCancellation()
        case .start, nil: return 0
        }
    }

    /// The coroutine came back with a Lua status.
    func paused(_ status: Int32, resultCount: Int32) {
        if status == LUA_YIELD {
            if case .waiting = state, luashim_is_waiting(thread) { return }
            if case .ready = state, luashim_is_waiting(thread) { return }
            return fail(with: "a task's main function can only wait for host functions")
        }
        guard status == LUA_OK else { return fail(status) }
        functionEnded(.returned(count: resultCount))
    }

    private func fail(_ status: Int32) {
        luashim_root_traceback(luaState.pointer, thread)
        let stack = luaState.stack
        let traceback = stack.withBytes(at: -1) { String(decoding: $0, as: UTF8.self) }
        stack.pop()
        // Nothing is left to close: the root's protected call has done that. This leaves the error at index 1.
        _ = luashim_reset(thread)
        functionFailed(status, traceback: traceback)
    }

    private func fail(with message: String) {
        _ = luashim_reset(thread)
        lua_settop(thread, 0)
        LuaStack(thread).push(message)
        functionFailed(LUA_ERRRUN, traceback: nil)
    }

    /// The error value is at index 1 of the task's stack.
    private func functionFailed(_ status: Int32, traceback: String?) {
        let isCancellation = luashim_is_cancellation(thread, 1)
        let value = LuaStack(thread).reference(at: 1)
        functionEnded(
            .failed(
                LuaTaskFailure(
                    value: value, status: status, traceback: traceback, isCancellation: isCancellation)))
    }
}

// MARK: Waiting

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
        guard cancellation.isRequested else { return }
        if !cancellation.isDelivered || luaState.host.pointee.cancel_caught { throw deliverCancellation() }
    }

    private func deliverCancellation() -> LuaTaskCancellation {
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

// MARK: Ending

extension LuaTask {
    private func functionEnded(_ ending: Ending) {
        state = .joining(ending)
        if case .failed = ending { cancelChildren() } else if !unobserved.isEmpty || cancellation.isRequested {
            cancelChildren()
        }
        endIfAlone()
    }

    private func cancelChildren() {
        for child in children.tasks { child.cancel() }
    }

    private func endIfAlone() {
        guard children.isEmpty, case .joining(var ending) = state else { return }
        if case .returned = ending, let child = unobserved.first, case .ended(.failed(let failure)) = child.state {
            ending = .failed(failure.raisedAtEndOfParent(spawnedAt: child.origin))
        }
        forgetUnobserved()
        state = .ended(ending)
        switch ending {
        case .returned(count: 0), .failed: threadReference = nil
        case .returned: break
        }
        luaState.scheduler.remove(self)
        let waiters = self.waiters.sorted { $0.key < $1.key }
        self.waiters = [:]
        if !waiters.isEmpty { isObserved = true }
        for (_, resume) in waiters { resume() }
        tellParent()
        finishForHost()
    }

    private func tellParent() {
        guard let parent else { return }
        if !parent.childEnded(self) { self.parent = nil }
        parent.endIfAlone()
    }

    private func forgetUnobserved() {
        for child in unobserved { child.parent = nil }
        unobserved = []
    }

    private func finishForHost() {
        let onEnd = self.onEnd
        self.onEnd = nil
        onEnd?()
    }

    /// Whether the child's error is now this task's business.
    private func childEnded(_ child: LuaTask) -> Bool {
        children.remove(child)
        guard case .ended(.failed(let failure)) = child.state, !child.isObserved, !failure.isCancellation else {
            return false
        }
        unobserved.append(child)
        if case .joining = state { cancelChildren() }
        return true
    }

    /// Somebody takes what the task ends with: its error is not its parent's business any more.
    func observe() {
        isObserved = true
        guard hasEnded, let parent else { return }
        parent.unobserved.removeAll { $0 === self }
        self.parent = nil
    }

    /// Calls `body` when the task ends; the number takes it back.
    func addWaiter(_ body: @escaping @LoopActor () -> Void) -> UInt64 {
        waiterCount += 1
        waiters[waiterCount] = body
        return waiterCount
    }

    func removeWaiter(_ number: UInt64) { waiters[number] = nil }

    func isAncestor(of task: LuaTask) -> Bool {
        var next: LuaTask? = task.parent
        while let ancestor = next {
            if ancestor === self { return true }
            next = ancestor.parent
        }
        return false
    }

    /// Pushes the results of an ended task, or throws its failure.
    func pushResults(onto stack: LuaStack, limit: Int32? = nil) throws -> Int32 {
        guard case .ended(let ending) = state else { return 0 }
        switch ending {
        case .failed(let failure):
            throw failure
        case .returned(let all):
            let count = min(all, limit ?? all)
            guard count > 0 else { return 0 }
            guard stack.reserve(count), lua_checkstack(thread, count) != 0 else { return 0 }
            for index in 0..<count { lua_pushvalue(thread, index + 1) }
            lua_xmove(thread, stack.pointer, count)
            return count
        }
    }
}
