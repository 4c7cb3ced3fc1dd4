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
        let task = try makeRoot(chunk, arguments)
        let ending = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                task.onEnd = { continuation.resume() }
                task.start()
                if Task.isCancelled { task.cancel() }
            }
            return task.state
        } onCancel: {
            LoopActor.spawn { task.cancel() }
        }
        try throwIfClosed()
        if case .ended(.failed(let failure)) = ending { throw failure.error(in: self) }
        if case .ended = ending { return }
        throw LuaError(.closed, "the Lua state was closed while the script ran")
    }

    private func makeRoot(
        _ chunk: LuaReference, _ arguments: @LoopActor (LuaStack) throws -> Int32
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
