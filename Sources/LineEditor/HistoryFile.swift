#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file of lines that were entered: one entry a line, oldest first, a newline in an entry written as `\n`.
///
/// Several prompts may add to it at once: an entry is one write at its end.
package struct HistoryFile: Sendable {
    /// Why the file cannot be read or written.
    package struct FileError: Error, CustomStringConvertible {
        /// One line, with the path.
        package let description: String

        init(_ path: String) {
            description = "the history file '\(path)' cannot be used: \(String(cString: strerror(errno)))"
        }
    }

    /// Entries that are read; a file that has twice as many is cut down to these.
    static let entryLimit = 1000

    private let path: String
    /// What the file had when it was opened.
    let entries: [String]

    /// Makes the file (mode 0600) and the folders above it where they are missing.
    package init(path: String) throws(FileError) {
        self.path = path
        Self.makeFolders(above: path)
        let all = try Self.read(path).split(separator: UInt8(ascii: "\n")).map { Self.decode($0) }
        entries = Array(all.suffix(Self.entryLimit))
        if all.count > 2 * Self.entryLimit { try rewrite() }
    }

    func append(_ entry: String) throws(FileError) {
        try Self.write(Self.encode(entry), to: path, O_APPEND)
    }

    /// Beside the file and renamed over it: a prompt that reads it meanwhile has the one or the other.
    private func rewrite() throws(FileError) {
        let new = "\(path).\(getpid())"
        try Self.write(entries.map { Self.encode($0) }.joined(), to: new, O_TRUNC)
        guard rename(new, path) == 0 else { throw FileError(path) }
    }

    // MARK: Text

    private static func encode(_ entry: String) -> String {
        entry.map { $0 == "\\" ? "\\\\" : $0 == "\n" ? "\\n" : String($0) }.joined() + "\n"
    }

    private static func decode(_ line: some Sequence<UInt8>) -> String {
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in line {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                bytes.append(isEscaped && byte == UInt8(ascii: "n") ? UInt8(ascii: "\n") : byte)
                isEscaped = false
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Files

    private static func makeFolders(above path: String) {
        var search = path.startIndex
        while let slash = path[search...].firstIndex(of: "/") {
            if slash != path.startIndex { mkdir(String(path[..<slash]), 0o700) }
            search = path.index(after: slash)
        }
    }

    private static func read(_ path: String) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw FileError(path) }
        // /dev/null is a history too, one that others use as well.
        guard information.st_mode & S_IFMT == S_IFREG else { return [] }
        guard fchmod(descriptor, 0o600) == 0 else { throw FileError(path) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = readBytes(descriptor, &buffer)
            guard count >= 0 else { throw FileError(path) }
            if count == 0 { return bytes }
            bytes += buffer.prefix(count)
        }
    }

    private static func write(_ text: String, to path: String, _ flag: Int32) throws(FileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flag, 0o600)
        guard descriptor >= 0 else { throw FileError(path) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard writeBytes(descriptor, bytes) == bytes.count else { throw FileError(path) }
    }
}

private func readBytes(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
    read(descriptor, &buffer, buffer.count)
}

private func writeBytes(_ descriptor: Int32, _ bytes: [UInt8]) -> Int {
    write(descriptor, bytes, bytes.count)
}
