import EventLoop

#if canImport(Glibc)
    // `stdin` and `stdout` are variables of C; nobody here assigns to them.
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// Where an interactive session gets its lines.
@LoopActor
protocol LuaLineReader {
    /// The next line without its line feed; nil at the end of the input.
    func readLine(prompt: [UInt8]) async -> [UInt8]?
    /// A statement is complete: for the history.
    func remember(_ statement: [UInt8])
    /// The input has ended; leaves the terminal at the beginning of a row.
    func close() async
}

/// Lines of standard input as they are; through C's stream, which `io.read` shares.
struct PlainLines: LuaLineReader {
    /// A terminal shows what is typed. Elsewhere each line follows its prompt in the output, as with Debian's lua(1).
    let echoes: Bool

    func readLine(prompt: [UInt8]) async -> [UInt8]? {
        LuaOutput.write(prompt)
        var buffer: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(buffer) }
        let count = getline(&buffer, &capacity, stdin)
        guard count >= 0, let buffer else { return nil }
        var line = Array(UnsafeRawBufferPointer(start: buffer, count: count))
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if echoes { LuaOutput.write(line + [UInt8(ascii: "\n")]) }
        return line
    }

    func remember(_ statement: [UInt8]) {}

    func close() async { LuaOutput.write(Array("\n".utf8)) }
}

/// What the interpreter itself says: through C's streams, in order with what scripts print.
enum LuaOutput {
    static func write(_ bytes: [UInt8]) {
        fwrite(bytes, 1, bytes.count, stdout)
        fflush(stdout)
    }

    /// A line on standard error, after the program's name when there is one.
    static func complain(_ message: [UInt8], program: [UInt8]?) {
        let line = (program.map { $0 + Array(": ".utf8) } ?? []) + message + [UInt8(ascii: "\n")]
        fwrite(line, 1, line.count, stderr)
        fflush(stderr)
    }

    static var isTerminalInput: Bool { isatty(STDIN_FILENO) != 0 }
}
