import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The line at the bottom of a terminal that says how far something is; other lines for people go above it.
enum StatusLine {
    private static let shown = Locked<String?>(nil)

    /// Whether standard error is a terminal that can redraw a line, and nobody asked for none.
    static var isPossible: Bool {
        isatty(STDERR_FILENO) == 1 && Environment.value("TERM") != "dumb" && Environment.value("CI") == nil
    }

    /// Shows a text in place of the one before; it is cut to the terminal's width.
    static func show(_ text: String) {
        let line = String(text.prefix(max(1, Console.columns(of: STDERR_FILENO) - 1)))
        shown.withLock { shown in
            shown = line
            Console.write(Self.clearing + line, to: STDERR_FILENO)
        }
    }

    static func clear() {
        shown.withLock { shown in
            if shown != nil { Console.write(Self.clearing, to: STDERR_FILENO) }
            shown = nil
        }
    }

    /// Writes a line above it.
    static func write(_ line: String) {
        shown.withLock { shown in
            let text = shown.map { Self.clearing + line + "\n" + $0 } ?? line + "\n"
            Console.write(text, to: STDERR_FILENO)
        }
    }

    /// Writes data to standard output, which may be the same terminal; false when that fails, with errno set.
    static func writeOutput(_ text: String) -> Bool {
        shown.withLock { shown in
            guard let line = shown else { return Console.write(text, to: STDOUT_FILENO) }
            Console.write(Self.clearing, to: STDERR_FILENO)
            let isWritten = Console.write(text, to: STDOUT_FILENO)
            let number = errno
            Console.write(line, to: STDERR_FILENO)
            errno = number
            return isWritten
        }
    }

    /// To the line's beginning, and nothing after it (ECMA-48: CR, EL).
    private static let clearing = "\r\u{1B}[K"
}
