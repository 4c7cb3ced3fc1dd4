import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What other threads tell the editing thread.
final class EditingInbox: Sendable {
    struct Request: Sendable {
        let prompt: String
        let continuation: CheckedContinuation<LineEditor.Line, Never>
    }

    enum Command: Sendable {
        case read(Request)
        case remember(String)
        case close(CheckedContinuation<Void, Never>)
    }

    private struct Contents {
        var commands: [Command] = []
        /// Reads that were asked for, and that have ended.
        var asked = 0
        var ended = 0
        /// The read that is to be given up: one that ended by itself meanwhile is not, nor is the next one.
        var interrupted = 0
        var isClosing = false
    }

    private let contents = Locked(Contents())
    let pipe: WakePipe

    init?() {
        guard let pipe = WakePipe() else { return nil }
        self.pipe = pipe
    }

    func send(_ command: Command) {
        contents.withLock { contents in
            switch command {
            case .read: contents.asked += 1
            case .close: contents.isClosing = true
            case .remember: break
            }
            contents.commands.append(command)
        }
        pipe.wake()
    }

    func interrupt() {
        let isReading = contents.withLock { contents in
            contents.interrupted = contents.asked
            return contents.ended < contents.asked
        }
        if isReading { pipe.wake() }
    }

    func endInput() {
        contents.withLock { $0.isClosing = true }
        pipe.wake()
    }

    /// Waits for the next command.
    func next() -> Command {
        while true {
            let command = contents.withLock { $0.commands.isEmpty ? nil : $0.commands.removeFirst() }
            if let command { return command }
            _ = waitForInput([pipe.readEnd])
            _ = pipe.take()
        }
    }

    /// Why the line that is being read is to be given up; nil while it is not.
    var givingUp: LineEditor.Line? {
        contents.withLock { contents in
            if contents.isClosing { return .end }
            return contents.interrupted > contents.ended ? .interrupted : nil
        }
    }

    func readEnded() { contents.withLock { $0.ended += 1 } }
}
