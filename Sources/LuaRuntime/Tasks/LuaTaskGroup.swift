import EventLoop

/// Where a group's tasks come from: one after the other, so that a limit can hold the next one back.
@LoopActor
protocol LuaTaskSource {
    var count: Int { get }
    /// The task of a position (from 1), started.
    func task(at position: Int, parent: LuaTask) throws -> LuaTask
}

/// Runs several tasks, at most `limit` at a time, and ends when they all have.
@LoopActor
final class LuaTaskGroup: LuaWaitSubject {
    enum Policy {
        /// The first results in order; one that fails cancels the others, and the group ends with its error.
        case all
        /// How each ended, in order.
        case settle
        /// What the first to end has ended with; the others are cancelled.
        case race
    }

    private let parent: LuaTask
    private let policy: Policy
    private let limit: Int
    private let source: any LuaTaskSource
    private var resumption: LuaResumption?
    private var tasks: [LuaTask] = []
    private var active = 0
    /// Who decided how the group ends before all have ended.
    private var decider: LuaTask?
    private var startError: (any Error)?
    private var isStarting = false
    private var isCancelled = false

    init(_ policy: Policy, of source: any LuaTaskSource, parent: LuaTask, limit: Int = .max) {
        self.policy = policy
        self.source = source
        self.parent = parent
        self.limit = limit
    }

    var waitDescription: String { active == 1 ? "its task" : "its \(active) tasks" }

    var operation: LuaOperation {
        LuaOperation(waitingFor: self) { resumption in
            self.resumption = resumption
            self.startMore()
            return { self.cancel() }
        }
    }

    private func cancel() {
        isCancelled = true
        cancelAll()
        finishIfDone()
    }

    private func startMore() {
        // A task that ends at once calls back from within `task(at:)`: the loop below goes on with the next.
        guard !isStarting else { return }
        isStarting = true
        while !isStopped, active < limit, tasks.count < source.count {
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

    private var isStopped: Bool { isCancelled || decider != nil || startError != nil }

    private func ended(_ task: LuaTask) {
        active -= 1
        if !isStopped, decides(task) {
            decider = task
            cancelAll()
        }
        startMore()
    }

    private func decides(_ task: LuaTask) -> Bool {
        switch policy {
        case .all: task.failure != nil
        case .settle: false
        case .race: true
        }
    }

    private func cancelAll() {
        for task in tasks where !task.hasEnded { task.cancel() }
    }

    private func finishIfDone() {
        guard active == 0, !isStarting, let resumption, isStopped || tasks.count == source.count else { return }
        self.resumption = nil
        let tasks = tasks
        self.tasks = []
        if let startError { return resumption.resume(throwing: startError) }
        if policy != .settle, let failure = failure(of: tasks) { return resumption.resume(throwing: failure) }
        if isCancelled { return resumption.resume() }
        switch policy {
        case .all: resumption.resume(returning: { try Self.pushValues(of: tasks, onto: $0) })
        case .settle: resumption.resume(returning: { try Self.pushOutcomes(of: tasks, onto: $0) })
        case .race: resumption.resume(returning: { try self.decider?.pushResults(onto: $0) ?? 0 })
        }
    }

    /// What the group fails with: the error that decided, and beside it those that the others had while they ended.
    private func failure(of tasks: [LuaTask]) -> LuaTaskFailure? {
        if policy == .race, !isCancelled { return decider?.failure }
        let others = tasks.filter { $0 !== decider && $0.failure?.isCancellation == false }
        var failure = decider?.failure
        for task in others {
            guard let other = task.failure else { continue }
            failure = failure?.noting(other, of: task) ?? other
        }
        return failure
    }

    private static func pushValues(of tasks: [LuaTask], onto stack: LuaStack) throws -> Int32 {
        stack.pushTable(arrayCount: tasks.count)
        for (index, task) in tasks.enumerated() {
            guard try task.pushResults(onto: stack, limit: 1) == 1 else { continue }
            stack.setIndex(index + 1)
        }
        return 1
    }

    private static func pushOutcomes(of tasks: [LuaTask], onto stack: LuaStack) throws -> Int32 {
        stack.pushTable(arrayCount: tasks.count)
        for (index, task) in tasks.enumerated() {
            stack.pushTable(fieldCount: 2)
            stack.push(task.failure == nil)
            stack.setField("ok")
            if let failure = task.failure {
                stack.push(failure.value)
                stack.setField("error")
            } else if try task.pushResults(onto: stack, limit: 1) == 1 {
                stack.setField("value")
            }
            stack.setIndex(index + 1)
        }
        return 1
    }
}
