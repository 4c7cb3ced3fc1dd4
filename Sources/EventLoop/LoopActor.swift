/// The one thread that runs libcurl's multi handle, the timers and every `lua_State`.
///
/// Isolation to this actor is what keeps a `lua_State` and an easy handle on their thread: the compiler checks it.
@globalActor
package actor LoopActor {
    package static let shared = LoopActor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        LoopExecutor.shared.asUnownedSerialExecutor()
    }
}

extension LoopActor {
    /// Starts `operation` on the loop, with the loop as its preferred task executor.
    ///
    /// Use it instead of `Task {}`: without the preference every resumption goes through the global pool first
    /// (30 µs instead of 0.6 µs).
    @discardableResult
    package static func spawn<Success: Sendable>(
        _ operation: @escaping @LoopActor () async throws -> Success
    ) -> Task<Success, any Error> {
        Task(executorPreference: LoopExecutor.shared) { try await run(operation) }
    }

    /// Suspends the current task for `duration`; ends early with `CancellationError` when the task is cancelled.
    @LoopActor
    package static func sleep(for duration: Duration) async throws(CancellationError) {
        let sleeper = Sleeper()
        let finished = await withTaskCancellationHandler {
            await withCheckedContinuation { sleeper.start(duration, $0) }
        } onCancel: {
            LoopActor.spawn { sleeper.finish(false) }
        }
        if !finished { throw CancellationError() }
    }

    /// Calls `body` without suspending, for code that C calls back on the loop's thread.
    ///
    /// Traps when the current thread is not the loop's (checked in debug builds only: the C libraries that call us are
    /// entered from the loop and call back synchronously).
    package static func assumeIsolated<Result>(_ body: @LoopActor () throws -> Result) rethrows -> Result {
        #if DEBUG
            shared.preconditionIsolated()
        #endif
        return try withoutActuallyEscaping(body) { isolated in
            // A global actor has no assumeIsolated of its own: the closure's type differs in isolation only, and the
            // check above (and the callers' contract in release builds) says that we are on the actor's executor.
            try unsafeBitCast(isolated, to: (() throws -> Result).self)()
        }
    }

    @LoopActor
    private static func run<Success: Sendable>(
        _ operation: @escaping @LoopActor () async throws -> Success
    ) async throws -> Success {
        try await operation()
    }
}

/// One sleep: its timer, and the task that waits for it.
@LoopActor
private final class Sleeper {
    private enum State {
        case idle
        case sleeping(LoopTimer, CheckedContinuation<Bool, Never>)
        case finished
    }
    private var state = State.idle

    nonisolated init() {}

    func start(_ duration: Duration, _ continuation: CheckedContinuation<Bool, Never>) {
        guard case .idle = state, !Task.isCancelled else {
            state = .finished
            return continuation.resume(returning: false)
        }
        state = .sleeping(LoopExecutor.shared.schedule(after: duration) { [self] in finish(true) }, continuation)
    }

    func finish(_ elapsed: Bool) {
        guard case .sleeping(let timer, let continuation) = state else { return }
        state = .finished
        timer.cancel()
        continuation.resume(returning: elapsed)
    }
}
