import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C and SIGTERM: the first ends the run in order, the second at once.
enum Interrupts {
    // Written once before the handler is installed, and only read by it.
    nonisolated(unsafe) private static var writeEnd: Int32 = -1
    // Touched by the signal handler alone, which the kernel does not nest for a signal that is being handled.
    nonisolated(unsafe) private static var pending: sig_atomic_t = 0

    /// Calls `body` on the loop when the first signal comes.
    @LoopActor
    static func handle(_ body: @escaping @LoopActor () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        writeEnd = ends[1]
        let readEnd = ends[0]
        LoopExecutor.shared.watch(readEnd, for: .read) { _ in
            LoopExecutor.shared.unwatch(readEnd)
            body()
        }
        for number in [SIGINT, SIGTERM] { signal(number, onSignal) }
    }

    /// Whether a signal has come.
    static var happened: Bool { pending != 0 }

    /// libcurl and standard output report a closed pipe as an error; the signal would end the process instead.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }

    // Async-signal-safe: it writes a byte or leaves.
    private static let onSignal: @convention(c) (Int32) -> Void = { number in
        if pending != 0 { _exit(128 + number) }
        pending = 1
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}
