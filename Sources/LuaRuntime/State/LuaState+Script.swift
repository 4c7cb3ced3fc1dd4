import CLua
import EventLoop

extension LuaState {
    /// Runs a script's main chunk as a task; returns when it and everything it spawned has ended.
    ///
    /// - Parameter arguments: pushes what the chunk gets as `...` and returns how many.
    /// Cancelling the Swift task cancels the script, which may still run its cleanup.
    package func runScript(
        _ chunk: LuaReference, arguments: @LoopActor (LuaStack) throws -> Int32 = { _ in 0 }
    ) async throws(LuaError) {
        try await run(makeRoot(chunk, arguments))
    }

    /// Starts a root task and returns when it has ended.
    func run(_ task: LuaTask) async throws(LuaError) {
        let ending = await task.ending()
        try throwIfClosed()
        if case .ended(.failed(let failure)) = ending { throw failure.error(in: self) }
        if case .ended = ending { return }
        throw LuaError(.closed, "the Lua state was closed while the script ran")
    }

    /// A task without a parent, not started yet.
    func makeRoot(
        _ chunk: LuaReference, _ arguments: @LoopActor (LuaStack) throws -> Int32 = { _ in 0 }
    ) throws(LuaError) -> LuaTask {
        try throwIfClosed()
        let stack = stack
        let base = stack.top
        defer { lua_settop(stack.pointer, base) }
        do {
            stack.push(chunk)
            let count = try arguments(stack)
            if stack.takeOverflow() { throw LuaError(.memory, "too many arguments for a script") }
            return try LuaTask(state: self, parent: nil, origin: nil, argumentCount: count, on: stack)
        } catch let error as LuaError {
            throw error
        } catch {
            throw LuaError(.argument, String(describing: error))
        }
    }
}

extension LuaTask {
    /// Starts the task and waits for its end, or its state's. Cancelling the Swift task cancels it.
    func ending() async -> State {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                onEnd = { continuation.resume() }
                start()
                if Task.isCancelled { cancel() }
            }
            return state
        } onCancel: {
            LoopActor.spawn { self.cancel() }
        }
    }
}
