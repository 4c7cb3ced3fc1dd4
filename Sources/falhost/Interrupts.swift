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
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writeEnd = ends[1]
        let readEnd = ends[0]
        LoopExecutor.shared.watch(readEnd, for: .read) { _ in
            LoopExecutor.shared.unwatch(readEnd)
            body()
        }
        for number in [SIGINT, SIGTERM] { signal(number, onSignal) }
    }

    /// What the first signal was and how the process ends for it; nil while none has come.
    static var ending: CommandError? {
        switch pending {
        case 0: nil
        case SIGTERM: CommandError(.terminated, "terminated")
        default: CommandError(.interrupted, "interrupted")
        }
    }

    /// libcurl and standard output report a closed pipe as an error; the signal would end the process instead.
    ///
    /// A handler that does nothing, not SIG_IGN: programs that a script starts would inherit that.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE) { _ in }
    }

    // Async-signal-safe: it writes a byte or leaves.
    private static let onSignal: @convention(c) (Int32) -> Void = { number in
        if pending != 0 { _exit(128 + number) }
        pending = number
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }
}
