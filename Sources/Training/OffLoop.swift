/// Runs what waits for the disk in the global pool, whatever executor the caller prefers.
func offLoop<Value: Sendable, Failure: Error>(
    _ body: @escaping @Sendable () throws(Failure) -> Value
) async throws(Failure) -> Value {
    let result = await withTaskExecutorPreference(globalConcurrentExecutor) { await concurrently(body) }
    return try result.get()
}

@concurrent private func concurrently<Value: Sendable, Failure: Error>(
    _ body: @Sendable () throws(Failure) -> Value
) async -> Result<Value, Failure> {
    Result { () throws(Failure) in try body() }
}
