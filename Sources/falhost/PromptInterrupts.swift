import EventLoop
import LineEditor
import LuaRuntime
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-C at the interactive prompt: every one is for the line or the call, and none ends falhost while it is heeded.
enum PromptInterrupts {
    /// After so many that nobody has heeded, the next one ends falhost: a function of C may run for ever.
    private static let patience = 2
    private static let warning: StaticString =
        "\nfalhost is in a function that cannot be stopped; Ctrl-C again ends it\n"

    private static let writeEnd = Atomic<Int32>(-1)
    private static let interruption = Atomic<UInt>(0)
    /// How many have come, and how many of them have been acted on.
    private static let count = Atomic<Int>(0)
    private static let heeded = Atomic<Int>(0)

    /// From now on SIGINT stops the Lua code that runs, and calls `body` on the loop.
    ///
    /// - Parameter lua: its value must live as long as the process takes signals.
    @LoopActor
    static func handle(stopping lua: LuaInterruption, _ body: @escaping @LoopActor () -> Void) throws {
        let pipe = try Interrupts.makePipe()
        interruption.store(lua.address, ordering: .releasing)
        writeEnd.store(pipe.writeEnd, ordering: .releasing)
        LoopExecutor.shared.watch(pipe.readEnd, for: .read) { _ in
            while !pipe.take().isEmpty {}
            if takeAll() { body() }
        }
        signal(SIGINT, onSignal)
    }

    /// Whether any have come that nobody has acted on; from now on they count as acted on.
    static func takeAll() -> Bool {
        let all = count.load(ordering: .acquiring)
        return heeded.exchange(all, ordering: .acquiringAndReleasing) != all
    }

    /// The state is about to be closed.
    static func forgetLua() { interruption.store(0, ordering: .releasing) }

    private static func say(_ text: StaticString) { _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount) }

    // Async-signal-safe: atomics without a lock, a byte that is written, or the end of the process.
    private static let onSignal: @convention(c) (Int32) -> Void = { _ in
        let interrupted = errno
        let number = count.add(1, ordering: .acquiringAndReleasing).newValue
        switch number - heeded.load(ordering: .acquiring) {
        case ..<patience: break
        case patience: say(warning)
        default:
            LineEditor.restoreTerminal()
            _exit(128 + SIGINT)
        }
        LuaInterruption.interrupt(at: interruption.load(ordering: .acquiring))
        var byte: UInt8 = 1
        _ = write(writeEnd.load(ordering: .acquiring), &byte, 1)
        errno = interrupted
    }
}
