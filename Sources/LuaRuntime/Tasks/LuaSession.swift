import CLua
package import EventLoop

/// What is run at a prompt: chunks one after the other, and the tasks that they leave running.
@LoopActor
package final class LuaSession {
    private let state: LuaState
    /// Waits for ever; inherits what an evaluation has spawned and not awaited.
    private let root: LuaTask
    private var hasEnded = false
    /// Called when no task runs any more and none can be started: closed, or os.exit was called.
    package var onEnd: (@LoopActor () -> Void)?

    /// - Parameter onFailure: called with the error of a task that failed after the evaluation which spawned it had
    ///   ended, when nobody awaits it; and with the `file:line` where it was spawned.
    package init(
        in state: LuaState, onFailure: @escaping @LoopActor (LuaError, _ origin: String?) -> Void
    ) throws(LuaError) {
        self.state = state
        state.stack.push(LuaFunction.awaiting("prompt") { _ in .session })
        let wait = state.stack.reference(at: -1)
        state.stack.pop()
        root = try state.makeRoot(wait)
        root.onOrphanFailure = { [unowned state] failure, origin in
            // Later: the scheduler is in the middle of ending tasks.
            LoopActor.spawn {
                if !state.isClosed { onFailure(failure.error(in: state), origin) }
            }
        }
        root.onEnd = { [weak self] in
            self?.hasEnded = true
            self?.onEnd?()
        }
        root.start()
    }

    /// Runs a chunk as a task, and returns when its function has ended: what it spawned goes on.
    ///
    /// - Parameter results: reads its results, which are on the stack from the index it is given, that many.
    /// Cancelling the Swift task cancels the chunk, and with it what it has spawned. Throws `LuaError`, or what
    /// `results` throws.
    package func evaluate<Result: Sendable>(
        _ chunk: LuaReference, results: @LoopActor (LuaStack, _ first: Int32, _ count: Int32) throws -> Result
    ) async throws -> Result {
        let task = try state.makeRoot(chunk)
        task.heir = root
        let ending = await task.ending()
        try state.throwIfClosed()
        if case .ended(.failed(let failure)) = ending { throw failure.error(in: state) }
        let stack = state.stack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        let count = try task.pushResults(onto: stack)
        return try results(stack, base + 1, count)
    }

    /// Cancels what still runs and waits for its end.
    package func close() async {
        guard !hasEnded, !state.isClosed else { return }
        await withCheckedContinuation { continuation in
            root.onEnd = { continuation.resume() }
            root.cancel()
        }
        hasEnded = true
    }

    /// How many tasks go on behind the prompt.
    package var taskCount: Int { root.children.tasks.count }
}

extension LuaTask {
    /// Leaves the children that go on to the heir.
    func bequeathChildren() {
        guard let heir, unobserved.isEmpty, !cancellation.isRequested else { return }
        for child in children.removeAll() {
            child.parent = heir
            heir.children.insert(child)
        }
    }
}
