import EventLoop

/// Where a group's tasks come from: one after the other, so that a limit can hold the next one back.
@LoopActor
protocol LuaTaskSource {
    var count: Int { get }
    /// The task of a position (from 1), started.
    func task(at position: Int, parent: LuaTask) throws -> LuaTask
}

/// Runs several tasks, at most `limit` at a time; ends with their first results in order, or, when one fails, cancels the
/// others, waits for them and ends with that failure.
@LoopActor
final class LuaTaskGroup {
    private let parent: LuaTask
    private let limit: Int
    private var source: (any LuaTaskSource)?
    private var resumption: LuaResumption?
    private var tasks: [LuaTask] = []
    private var active = 0
    private var failed: LuaTask?
    private var startError: (any Error)?
    private var isStarting = false
    private var isCancelled = false

    init(parent: LuaTask, limit: Int = .max) {
        self.parent = parent
        self.limit = limit
    }

    /// Starts the group; the closure cancels it.
    func run(_ source: any LuaTaskSource, resumption: LuaResumption) throws -> @LoopActor () -> Void {
        self.source = source
        self.resumption = resumption
        startMore()
        return { [self] in
            isCancelled = true
            cancelAll()
        }
    }

    private func startMore() {
        // A task that ends at once calls back from within `task(at:)`: the loop below goes on with the next.
        guard !isStarting else { return }
        isStarting = true
        while let source, !isStopped, active < limit, tasks.count < source.count {
            do {
                let task = try source.task(at: tasks.count + 1, parent: parent)
                task.observe()
                tasks.append(task)
                active += 1
                if task.hasEnded { ended(task) } else { _ = task.addWaiter { [self] in ended(task) } }
            } catch {
                startError = error
                cancelAll()
            }
        }
        isStarting = false
        finishIfDone()
    }

    private var isStopped: Bool { isCancelled || failed != nil || startError != nil }

    private func ended(_ task: LuaTask) {
        active -= 1
        if case .ended(.failed) = task.state, failed == nil, startError == nil {
            failed = task
            cancelAll()
        }
        startMore()
    }

    private func cancelAll() {
        for task in tasks where !task.hasEnded { task.cancel() }
    }

    private func finishIfDone() {
        guard active == 0, let source, let resumption, isStopped || tasks.count == source.count else { return }
        self.source = nil
        self.resumption = nil
        if let startError { return resumption.resume(throwing: startError) }
        if let failed { return resumption.resume(returning: { try failed.pushResults(onto: $0) }) }
        let tasks = tasks
        self.tasks = []
        resumption.resume(returning: { stack in
            stack.pushTable(arrayCount: tasks.count)
            for (index, task) in tasks.enumerated() {
                guard try task.pushResults(onto: stack, limit: 1) == 1 else { continue }
                stack.setIndex(index + 1)
            }
            return 1
        })
    }
}
