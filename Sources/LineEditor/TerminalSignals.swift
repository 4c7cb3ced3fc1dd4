import EventLoop
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// SIGWINCH and SIGCONT, told to the editing thread as bytes in its pipe. One editor has them at a time.
struct TerminalSignals {
    // Computed: the handler is no place to make a static in.
    static var resized: UInt8 { UInt8(ascii: "w") }
    static var continued: UInt8 { UInt8(ascii: "c") }

    private static let writeEnd = Atomic<Int32>(-1)

    init(_ pipe: WakePipe) {
        Self.writeEnd.store(pipe.writeEnd, ordering: .releasing)
        signal(SIGWINCH, Self.onSignal)
        signal(SIGCONT, Self.onSignal)
    }

    func restore() {
        signal(SIGWINCH, SIG_DFL)
        signal(SIGCONT, SIG_DFL)
        Self.writeEnd.store(-1, ordering: .releasing)
    }

    // Async-signal-safe: an atomic without a lock, and a byte that is written.
    private static let onSignal: @convention(c) (Int32) -> Void = { number in
        let interrupted = errno
        var byte = number == SIGWINCH ? resized : continued
        _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
        errno = interrupted
    }
}
