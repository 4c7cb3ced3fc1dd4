extension LoopActor {
    /// Runs what waits for the disk in the global pool; the loop goes on meanwhile.
    @LoopActor
    package static func offLoop<Success: Sendable>(
        _ body: @escaping @Sendable () throws -> Success
    ) async throws -> Success {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { try await concurrently(body) }
    }

    @concurrent private nonisolated static func concurrently<Success: Sendable>(
        _ body: @Sendable () throws -> Success
    ) async throws -> Success {
        try body()
    }
}
