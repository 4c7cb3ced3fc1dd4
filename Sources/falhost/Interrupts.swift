import EventLoop
import LuaRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C and SIGTERM: the first ends the run in order, busy scripts too; the second at once. A reader of standard output
/// that went away ends the run in order as well.
enum Interrupts {
    /// The pipe's end that the handler writes to. Set before the handler is installed, which also makes both statics:
    /// making them is nothing that a signal handler may do.
    private static let writeEnd = Atomic<Int32>(-1)
    /// Where the watchdog hears of a script that keeps the loop busy.
    private static let busyEnd = Atomic<Int32>(-1)
    /// The first signal's number; 0 while none has come. The handler may run on any thread.
    private static let first = Atomic<Int32>(0)

    /// Whether a script waits for the first signal: then it is not taken for the end of what keeps the loop busy.
    private static let awaited = Atomic<Bool>(false)

    static var areAwaited: Bool {
        get { awaited.load(ordering: .acquiring) }
        set { awaited.store(newValue, ordering: .releasing) }
    }

    /// The first signal's name, when it is one that a script may wait for.
    static var name: String? {
        switch first.load(ordering: .acquiring) {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        default: nil
        }
    }

    /// Ends what keeps the loop busy, as the first signal does when no script waits for it.
    static func stopBusy() {
        var byte = LuaInterruption.interruptByte
        _ = write(busyEnd.load(ordering: .acquiring), &byte, 1)
    }

    /// Calls `body` on the loop when the first signal comes.
    @LoopActor
    static func handle(_ body: @escaping @LoopActor () -> Void) throws {
        let pipe = try makePipe()
        writeEnd.store(pipe.writeEnd, ordering: .releasing)
        busyEnd.store(LuaInterruption.busyDescriptor() ?? -1, ordering: .releasing)
        first.store(0, ordering: .releasing)
        LoopExecutor.shared.watch(pipe.readEnd, for: .read) { _ in
            LoopExecutor.shared.unwatch(pipe.readEnd)
            body()
        }
        for number in [SIGINT, SIGTERM] { signal(number, onSignal) }
    }

    /// A pipe for a handler, which lives as long as the process.
    static func makePipe() throws -> WakePipe {
        if let pipe = WakePipe() { return pipe }
        throw CommandError(.inputOutput, "no pipe is to be had for Ctrl-C: \(String(cString: strerror(errno)))")
    }

    /// What the first signal was and how the process ends for it; nil while none has come.
    static var ending: CommandError? {
        switch first.load(ordering: .acquiring) {
        case 0: nil
        case SIGTERM: CommandError(.terminated, "terminated")
        case SIGPIPE: CommandError(.brokenPipe, "")
        default: CommandError(.interrupted, "interrupted")
        }
    }

    /// libcurl and standard output report a closed pipe as an error; the signal would end the process at once, whatever
    /// fal still works on. Lua's print reports nothing: a run whose standard output has no reader is ended in order.
    ///
    /// A handler, not SIG_IGN: programs that a script starts would inherit that.
    static func handleBrokenPipes() {
        signal(SIGPIPE) { number in
            let interrupted = errno
            var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            if poll(&output, 1, 0) == 1, Int32(output.revents) & Int32(POLLERR) != 0 { _ = Interrupts.begin(number) }
            errno = interrupted
        }
    }

    // Async-signal-safe: atomics without a lock, a byte that is written, or the end of the process.
    private static let onSignal: @convention(c) (Int32) -> Void = { number in
        // The code that was interrupted may be about to read it.
        let interrupted = errno
        if !Interrupts.begin(number) { _exit(128 + number) }
        errno = interrupted
    }

    /// Starts the orderly end; false when one has been started before.
    private static func begin(_ number: Int32) -> Bool {
        let (isFirst, _) = first.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing)
        if isFirst {
            var byte = LuaInterruption.interruptByte
            _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
            if !awaited.load(ordering: .acquiring) { stopBusy() }
            return true
        }
        // That a pipe broke is nothing that somebody typed: the first Ctrl-C after it is no second one.
        return first.compareExchange(expected: SIGPIPE, desired: number, ordering: .acquiringAndReleasing).exchanged
    }
}
