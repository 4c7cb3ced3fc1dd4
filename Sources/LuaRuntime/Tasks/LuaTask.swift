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
        /// The operation was told to end. Once it has, the wait gives this in place of its results.
        indirect case cancelling(Wait, Delivery)
        /// The function has ended; children have not.
        case joining(Ending)
        case ended(Ending)
    }

    /// What the coroutine is resumed with.
    enum Delivery {
        case start(argumentCount: Int32)
        case results(LuaResults)
        case nothing
        case failure(any Error)
        case cancellation
    }

    struct Wait {
        let function: String
        /// The task's own coroutine or one within it.
        let coroutine: OpaquePointer
        let waker: LuaOperation.Waker
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
        /// Its scope ended with an error or a cancellation of its own.
        var isByScope = false
        var reason: String?
    }

    let luaState: LuaState
    let thread: OpaquePointer
    /// Keeps `thread` alive; given up at the end when nothing is left on its stack.
    var threadReference: LuaReference?
    /// `file:line` of the call that spawned the task.
    let origin: String?
    var place: LuaPlace
    /// Nil once the task has ended and its parent has nothing to do with its error.
    var parent: LuaTask?
    var state: State
    var cancellation = Cancellation()
    /// os.exit was called and this task has begun to unwind.
    var isLeaving = false
    var delivery: Delivery?
    var waitCount: UInt64 = 0
    var children = LuaTaskSet(.child)
    var childIndex: Int?
    var liveIndex: Int?
    /// Children that failed while nobody waited for them, oldest first.
    var unobserved: [LuaTask] = []
    var waiters: [UInt64: @LoopActor () -> Void] = [:]
    var waiterCount: UInt64 = 0
    var isObserved = false
    /// Not cancelled with its scope: `task.shield`.
    var isShielded = false
    /// Ends with its parent instead of being waited for: `task.every`.
    var isCompanion = false
    /// It has been told that nothing can wake its tasks.
    var isDeadlocked = false
    /// Who takes over the children that go on when the function has returned; nil when they are waited for.
    var heir: LuaTask?
    /// For an heir: called with the failure of a child that nobody awaits, which then fails nothing else.
    var onOrphanFailure: (@LoopActor (LuaTaskFailure, _ origin: String?) -> Void)?
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
        place = parent?.place.nextChild() ?? .root
        threadReference = stack.reference(at: -1)
        stack.pop()
        guard lua_checkstack(thread, argumentCount + 2) != 0 else {
            throw LuaError(.memory, "too many arguments for a task")
        }
        if case .interpreter = luaState.profile, parent == nil {
            luashim_push_interpreter_body(thread)
        } else {
            luashim_push_root_body(thread)
        }
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

    /// For scripts: "ready", "running", "waiting", "cancelling", "done", "failed", "cancelled".
    package var status: String {
        switch state {
        case .ready: "ready"
        case .running, .starting: "running"
        case .waiting, .joining: "waiting"
        case .cancelling: "cancelling"
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
        case .start, .nothing, nil: return 0
        }
    }

    /// The coroutine came back with a Lua status.
    func paused(_ status: Int32, resultCount: Int32) {
        if status == LUA_YIELD {
            switch state {
            case .waiting, .ready, .cancelling:
                if luashim_is_waiting(thread) { return }
            default: break
            }
            return fail(with: "a task's main function can only wait for host functions")
        }
        guard status == LUA_OK else { return fail(status) }
        functionEnded(.returned(count: resultCount))
    }

    private func fail(_ status: Int32) {
        let stack = luaState.stack
        guard lua_checkstack(stack.pointer, 2) != 0 else { return fail(with: "stack overflow") }
        luashim_root_traceback(stack.pointer, thread)
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
    func functionFailed(_ status: Int32, traceback: String?) {
        // One that fails with the cancellation of another, which it awaited, was not cancelled.
        let isCancellation =
            cancellation.isRequested && luashim_is_cancellation(thread, 1) || luashim_is_exit(thread)
        let value = LuaStack(thread).reference(at: 1)
        functionEnded(
            .failed(
                LuaTaskFailure(
                    value: value, status: status, traceback: traceback, isCancellation: isCancellation)))
    }
}
