import CEdit
import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The terminal, which the prompt shares with whatever the program prints.
///
/// While a line is edited, standard output and standard error (where they are terminals) lead into a pipe: what comes
/// out of it is put above the prompt, line by line.
final class SharedScreen {
    private struct Stream {
        let number: Int32
        let original: Int32
    }

    let stream: UnsafeMutablePointer<FILE>
    private let descriptor: Int32
    private let pipe: WakePipe
    private let streams: [Stream]
    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []

    /// Nil when the process has no descriptors left.
    init?(_ terminal: Int32) {
        // From 10 on: scripts' tests and shells count on the low numbers.
        let descriptor = fcntl(terminal, F_DUPFD_CLOEXEC, 10)
        guard descriptor >= 0, let stream = fdopen(descriptor, "w"), let pipe = WakePipe() else { return nil }
        self.descriptor = descriptor
        self.stream = stream
        self.pipe = pipe
        streams = [STDOUT_FILENO, STDERR_FILENO].filter { isatty($0) == 1 }.map { number in
            Stream(number: number, original: fcntl(number, F_DUPFD_CLOEXEC, 10))
        }
    }

    var outputEnd: Int32 { pipe.readEnd }

    var columns: Int {
        let columns = Int(cedit_columns(descriptor))
        return columns > 0 ? columns : 80
    }

    func divert() {
        for stream in streams where stream.original >= 0 { dup2(pipe.writeEnd, stream.number) }
    }

    /// Undoes `divert`, and writes what has come and not been shown.
    func restore() {
        for stream in streams where stream.original >= 0 { dup2(stream.original, stream.number) }
        takeAll()
        put(rest)
        rest = []
    }

    func close() {
        for stream in streams { _ = closeDescriptor(stream.original) }
        fclose(stream)
        pipe.closeBoth()
    }

    /// The whole lines that have come since the last call; nil when there is none.
    func takeLines() -> [UInt8]? {
        takeAll()
        guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return nil }
        let lines = Array(rest[...end])
        rest.removeSubrange(...end)
        return lines
    }

    private func takeAll() {
        while true {
            let bytes = pipe.take()
            if bytes.isEmpty { return }
            rest += bytes
        }
    }

    /// Writes control sequences, then a mark and the end of the row.
    func write(_ control: String, mark: String) { put(Array("\(control)\(mark)\n".utf8)) }

    /// Writes control sequences, then lines.
    func write(_ control: String, lines: [UInt8]) { put(Array(control.utf8) + lines) }

    /// libedit's raw mode leaves the output as it is: a newline goes back to the first column.
    private func put(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { writeBytes(descriptor, $0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

private func writeBytes(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

private func closeDescriptor(_ descriptor: Int32) -> Int32 { descriptor >= 0 ? close(descriptor) : 0 }
