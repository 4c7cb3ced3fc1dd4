import CLua
import EventLoop

/// Tasks of which each waits for what only another of them could do.
@LoopActor
struct LuaDeadlock {
    private static let mostLines = 20

    private let tasks: [LuaTask]
    /// A task that has ended but for its children is stuck only because they are.
    private let stuck: [(task: LuaTask, wait: LuaTask.Wait)]

    /// - Parameter live: all tasks of a state; none of them can run, and the host wakes none.
    init(_ live: [LuaTask]) {
        tasks = Self.withoutSessions(live)
        stuck = tasks.compactMap { task in
            switch task.state {
            case .waiting(let wait), .cancelling(let wait, _): (task, wait)
            default: nil
            }
        }
    }

    var isEmpty: Bool { stuck.isEmpty }

    /// What a session has inherited waits for the next evaluation: only one that is under way can be stuck.
    private static func withoutSessions(_ live: [LuaTask]) -> [LuaTask] {
        guard live.contains(where: \.isSession) else { return live }
        return live.filter { !$0.root.isSession }
    }

    /// Ends the scripts with an error; should their cleanup get stuck again, ends every wait with it.
    ///
    /// - Parameter isStillStuck: whether no task has become ready.
    func resolve(_ isStillStuck: @LoopActor () -> Bool) {
        let error = LuaCodedError(code: "deadlock", message: report)
        for task in tasks where task.parent == nil && !task.isDeadlocked { task.end(by: error) }
        guard isStillStuck() else { return }
        for (task, _) in stuck {
            if case .waiting(let wait) = task.state { task.interrupt(wait, with: .failure(error)) }
        }
    }

    /// "deadlock: 2 tasks wait for each other", and a line for each.
    var report: String {
        let title =
            stuck.count == 1 ? "1 task waits, and nothing can wake it" : "\(stuck.count) tasks wait for each other"
        var lines = ["deadlock: \(title)"]
        lines += stuck.prefix(Self.mostLines).map { "  " + Self.line($0.task, $0.wait) }
        if stuck.count > Self.mostLines { lines.append("  … and \(stuck.count - Self.mostLines) more") }
        return lines.joined(separator: "\n")
    }

    /// "t.lua:3: the task spawned at t.lua:2 waits for a value in a channel (channel.receive)".
    private static func line(_ task: LuaTask, _ wait: LuaTask.Wait) -> String {
        let position = task.luaState.position(in: wait.coroutine, level: 0).map { "\($0): " } ?? ""
        var what = "a call of the host"
        if case .tasks(let subject) = wait.waker { what = subject.waitDescription }
        return "\(position)\(task.waitDescription) waits for \(what) (\(wait.function))"
    }
}

extension LuaTask: LuaWaitSubject {
    var waitDescription: String {
        if let origin { return "the task spawned at \(origin)" }
        return parent == nil ? "the script" : "a task"
    }

    /// Whether the task is a session's root, and the session goes on.
    fileprivate var isSession: Bool {
        if case .waiting(let wait) = state, case .session = wait.waker { return true }
        return false
    }

    fileprivate var root: LuaTask {
        var root = self
        while let parent = root.parent { root = parent }
        return root
    }

    /// Raises `error` where the script waits, or at its end, and cancels what it has spawned.
    fileprivate func end(by error: LuaCodedError) {
        isDeadlocked = true
        switch state {
        case .waiting(let wait):
            interrupt(wait, with: .failure(error))
            cancelChildren()
        case .joining(.returned):
            let stack = luaState.activeStack
            error.push(onto: stack)
            let value = stack.reference(at: -1)
            stack.pop()
            state = .joining(
                .failed(LuaTaskFailure(value: value, status: LUA_ERRRUN, traceback: nil, isCancellation: false)))
            cancelChildren()
            endIfAlone()
        default:
            break
        }
    }
}
