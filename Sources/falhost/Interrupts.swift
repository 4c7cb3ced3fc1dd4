import EventLoop
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C and SIGTERM: the first ends the run in order, the second at once.
enum Interrupts {
    /// The pipe's end that the handler writes to. Set before the handler is installed, which also makes both statics:
    /// making them is nothing that a signal handler may do.
    private static let writeEnd = Atomic<Int32>(-1)
    /// The first signal's number; 0 while none has come. The handler may run on any thread.
    private static let first = Atomic<Int32>(0)

    /// Calls `body` on the loop when the first signal comes.
    @LoopActor
    static func handle(_ body: @escaping @LoopActor () -> Void) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writeEnd.store(ends[1], ordering: .releasing)
        first.store(0, ordering: .releasing)
        let readEnd = ends[0]
        LoopExecutor.shared.watch(readEnd, for: .read) { _ in
            LoopExecutor.shared.unwatch(readEnd)
            body()
        }
        for number in [SIGINT, SIGTERM] { signal(number, onSignal) }
    }

    /// What the first signal was and how the process ends for it; nil while none has come.
    static var ending: CommandError? {
        switch first.load(ordering: .acquiring) {
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

    // Async-signal-safe: atomics without a lock, a byte that is written, or the end of the process.
    private static let onSignal: @convention(c) (Int32) -> Void = { number in
        let (isFirst, _) = first.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
        if !isFirst { _exit(128 + number) }
        // The code that was interrupted may be about to read it.
        let interrupted = errno
        var byte: UInt8 = 1
        _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
        errno = interrupted
    }
}
