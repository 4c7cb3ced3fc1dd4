import EventLoop
import LuaRuntime
import Testing

/// Runs `body` on the loop with a state that is closed afterwards, after `source` has run in it.
func withState<Result: Sendable>(
    _ source: String = "", _ body: @escaping @LoopActor (LuaState) async throws -> Result
) async throws -> Result {
    try await LoopActor.spawn {
        let state = try LuaState(.trusted)
        defer { state.close() }
        try state.call(state.load([UInt8](source.utf8), name: "=t")) { _, _, _ in }
        return try await body(state)
    }.value
}
