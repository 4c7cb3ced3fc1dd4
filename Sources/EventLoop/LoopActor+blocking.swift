#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension LoopActor {
    /// Runs `operation` on the loop and blocks the calling thread until it ends; for `main` and for tests.
    ///
    /// Calling it on the loop's own thread would wait for itself: that traps.
    package static func runBlocking<Success: Sendable>(
        _ operation: @escaping @LoopActor () async throws -> Success
    ) throws -> Success {
        precondition(LoopExecutor.shared.isIsolatingCurrentContext() != true, "runBlocking on the loop's own thread")
        let outcome = Outcome<Success>()
        let task = spawn(operation)
        Task(executorPreference: LoopExecutor.shared) { await outcome.set(task.result) }
        return try outcome.wait().get()
    }
}

/// A result that one thread waits for and another one sets.
private final class Outcome<Success: Sendable>: Sendable {
    private let result = Locked<Result<Success, any Error>?>(nil)
    // A pipe, because a descriptor is the one thing that every platform can wait on without Dispatch.
    private let ends: (read: Int32, write: Int32)

    init() {
        var pair: [Int32] = [-1, -1]
        // A process without a free descriptor cannot do anything that falhost is for.
        precondition(pipe(&pair) == 0, "no pipe is to be had: errno \(errno)")
        ends = (pair[0], pair[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    func set(_ value: Result<Success, any Error>) {
        result.withLock { $0 = value }
        var byte: UInt8 = 1
        _ = write(ends.write, &byte, 1)
    }

    func wait() -> Result<Success, any Error> {
        while true {
            if let value = result.withLock({ $0 }) { return value }
            var byte: UInt8 = 0
            _ = read(ends.read, &byte, 1)
        }
    }
}
