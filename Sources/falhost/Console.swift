import JSON

#if canImport(Glibc)
    // `stdout` is a variable of C; nobody here assigns to it.
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// The two streams: standard output is data, standard error is for people.
enum Console {
    /// Takes the numbers of standard streams that are closed, so that no file or connection gets them and with them
    /// what was meant for the terminal; reading gives nothing and writing fails, as before.
    static func reserveStandardStreams() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Writes a line of data; a reader that went away ends falhost quietly, as SIGPIPE would.
    static func output(_ line: String) {
        if StatusLine.writeOutput(line + "\n") { return }
        if errno == EPIPE { terminate(.brokenPipe) }
        note("falhost: cannot write to standard output: \(String(cString: strerror(errno)))")
        terminate(.inputOutput)
    }

    /// Throws when something that a script printed could not be written. A reader that went away wants no more.
    static func checkScriptOutput() throws {
        let isWritten = fflush(stdout) == 0 && ferror(stdout) == 0
        if isWritten || hasNoReader { return }
        throw CommandError(.inputOutput, "cannot write to standard output: not all that the script printed arrived")
    }

    /// Standard output is a pipe whose other end is closed.
    static var hasNoReader: Bool {
        var state = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        return poll(&state, 1, 0) == 1 && Int32(state.revents) & Int32(POLLERR) != 0
    }

    /// The width of the terminal behind standard output; 80 where that cannot be known.
    static var columns: Int { columns(of: STDOUT_FILENO) }

    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Whether standard output is a terminal that shows colours, and nobody asked for none.
    static var isColoured: Bool {
        isatty(STDOUT_FILENO) == 1 && Environment.value("NO_COLOR") == nil && Environment.value("TERM") != "dumb"
    }

    /// Writes a document for programs, indented.
    static func output(_ document: JSONValue) throws {
        output(String(decoding: try document.serialized(.pretty), as: UTF8.self))
    }

    /// Writes a document for programs, on one line.
    static func outputLine(_ document: JSONObject) throws {
        output(String(decoding: try document.serialized(), as: UTF8.self))
    }

    /// Writes a line for people. A standard error that is closed is nobody's loss.
    static func note(_ line: String) {
        StatusLine.write(line)
    }

    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool { write(Array(text.utf8), to: descriptor) }

    @discardableResult
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes
            while !rest.isEmpty {
                #if canImport(Glibc)
                    let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                #else
                    let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
                #endif
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return true
        }
    }
}
