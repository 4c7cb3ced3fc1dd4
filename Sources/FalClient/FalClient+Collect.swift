extension FalClient {
    /// Waits for a job and gives its output, and leaves the job alone whatever happens.
    ///
    /// Unlike `wait(for:deadline:onUpdate:logs:)` it never cancels: when `deadline` passes (`timeout` without a type) or
    /// the task is cancelled, the job goes on at fal and can be collected later.
    package func collect(
        _ request: QueueRequest, deadline: ContinuousClock.Instant
    ) async throws(FalError) -> QueueResult {
        do throws(FalError) {
            return try await follow(request, deadline, false, nil)
        } catch {
            throw error.of(request)
        }
    }
}
