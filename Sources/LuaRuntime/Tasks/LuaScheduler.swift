import CLua
import CLuaShims
import EventLoop

/// Runs the tasks of one state, one at a time, always from the loop and never from within each other.
@LoopActor
final class LuaScheduler {
    /// Tasks that run in one turn before the loop gets to look at descriptors and timers.
    private static let tasksPerTurn = 512

    unowned let state: LuaState
    private(set) var current: LuaTask?
    private var ready: [LuaTask] = []
    private var nextReady = 0
    private var isDraining = false
    private var isLeaving = false
    /// Tasks that have begun and not ended: what a deadlock report lists, and what close() cancels.
    private(set) var live = LuaTaskSet(.live)
    /// Tasks whose wait the host can end.
    var hostWaits = 0
    private var isLookingForDeadlock = false

    init(state: LuaState) {
        self.state = state
    }

    func add(_ task: LuaTask) {
        live.insert(task)
        enqueue(task)
    }

    func remove(_ task: LuaTask) { live.remove(task) }

    /// The task has something to run for: soon, in order.
    func enqueue(_ task: LuaTask) {
        ready.append(task)
        if !isDraining { drain() }
    }

    private func drain() {
        // Inside a task (a host function called us) the loop below is already on the stack or C runs: wait for it.
        guard !state.isClosed else { return }
        guard state.host.pointee.root == nil else { return scheduleDrain() }
        isDraining = true
        var count = 0
        while nextReady < ready.count, count < Self.tasksPerTurn {
            let task = ready[nextReady]
            nextReady += 1
            count += 1
            run(task)
        }
        if nextReady == ready.count {
            ready.removeAll(keepingCapacity: true)
            nextReady = 0
            isDraining = false
        } else {
            ready.removeFirst(nextReady)
            nextReady = 0
            scheduleDrain()
        }
        guard !state.isClosed else { return }
        state.releaseSlots()
        state.releaseObjects()
        if isStuck { lookForDeadlock() }
    }

    /// Whether no task can run and nothing outside can change that.
    private var isStuck: Bool { hostWaits == 0 && ready.isEmpty && !isDraining && !live.isEmpty }

    /// On the loop's next turn, for the Swift code that called us may be about to wake more tasks.
    private func lookForDeadlock() {
        guard !isLookingForDeadlock else { return }
        isLookingForDeadlock = true
        // A weak reference would make each retain of the scheduler three times as slow from then on.
        LoopActor.spawn { [state] in state.scheduler.resolveDeadlock() }
    }

    private func resolveDeadlock() {
        isLookingForDeadlock = false
        guard !state.isClosed, isStuck else { return }
        let deadlock = LuaDeadlock(live.tasks)
        guard !deadlock.isEmpty else { return }
        isDraining = true  // nothing runs before all have been told
        deadlock.resolve { ready.isEmpty }
        isDraining = false
        drain()
    }

    private func scheduleDrain() {
        isDraining = true
        LoopActor.spawn { [state] in
            state.scheduler.isDraining = false
            if !state.isClosed { state.scheduler.drain() }
        }
    }

    private func run(_ task: LuaTask) {
        guard let argumentCount = task.begin() else { return }
        let host = state.host
        host.pointee.cancelled = task.cancellation.isDelivered
        host.pointee.cancel_caught = task.cancellation.isCaught
        host.pointee.leaving = task.isLeaving
        current = task
        var resultCount: Int32 = 0
        let status = luashim_resume(task.thread, argumentCount, &resultCount)
        current = nil
        task.noteInterruption()
        task.cancellation.isCaught = host.pointee.cancel_caught
        task.isLeaving = host.pointee.leaving
        // Before the task can end and cancel its children: an exit is more than a cancellation.
        if host.pointee.exiting { leave() }
        task.paused(status, resultCount: resultCount)
    }

    /// os.exit was called: whoever waits unwinds.
    private func leave() {
        guard !isLeaving else { return }
        isLeaving = true
        for task in live.tasks { task.leave() }
    }

    /// Called by C when a wait is over: pushes on the waiting coroutine what it ended with.
    func deliver(onto stack: LuaStack) throws -> Int32 {
        guard let task = current else { return 0 }
        return try task.deliver(onto: stack)
    }

    /// Cancels every operation that a task waits for; the tasks themselves never run again.
    func close() {
        ready = []
        nextReady = 0
        for task in live.removeAll() { task.abandon() }
    }
}
