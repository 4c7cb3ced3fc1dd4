import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two streams: standard output is data, standard error is for people.
enum Console {
    /// Writes a line of data; a reader that went away ends falhost quietly, as SIGPIPE would.
    static func output(_ line: String) {
        if !write(line + "\n", to: STDOUT_FILENO), errno == EPIPE { exit(0) }
    }

    /// Writes a document for programs, indented.
    static func output(_ document: JSONValue) throws {
        output(String(decoding: try document.serialized(.pretty), as: UTF8.self))
    }

    /// Writes a line for people. A standard error that is closed is nobody's loss.
    static func note(_ line: String) {
        _ = write(line + "\n", to: STDERR_FILENO)
    }

    @discardableResult
    static func write(_ text: String, to descriptor: Int32) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
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
