import FalClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads the files that people write: scripts, presets, rules, avatar lists.
package enum SourceFile {
    /// Why a file cannot be read; the path and the system's words.
    package struct ReadError: Error, CustomStringConvertible {
        package let path: String
        package let reason: String
        /// True when there is no such file (exit code 66), false when it cannot be read (74).
        package let isMissing: Bool

        package var description: String { "cannot read '\(path)': \(reason)" }
    }

    /// The bytes of a file, or of standard input for `-`.
    package static func read(_ path: String) throws(ReadError) -> [UInt8] {
        if path == "-" { return try contents(of: STDIN_FILENO, path) }
        return try readStamped(path).bytes
    }

    /// The bytes of a file, and its stamp from before they were read: a write in between shows in the next stamp.
    static func readStamped(_ path: String) throws(ReadError) -> (bytes: [UInt8], stamp: FileStamp) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        guard let stamp = FileStamp(descriptor: descriptor) else { throw failure(path) }
        return (try contents(of: descriptor, path), stamp)
    }

    private static func contents(of descriptor: Int32, _ path: String) throws(ReadError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            var result = 0
            let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                #if canImport(Glibc)
                    result = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                #else
                    result = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
                #endif
                count = max(0, result)
            }
            if result < 0 && errno == EINTR { continue }
            guard result >= 0 else { throw failure(path) }
            if result == 0 { return bytes }
            if bytes.isEmpty { bytes = part } else { bytes += part }
        }
    }

    /// The names in a folder that end in `.lua`, in byte order; editors' hidden and temporary files are left out.
    package static func luaFiles(in folder: String) throws(ReadError) -> [String] {
        guard let names = FolderNames.read(folder)?.filter({ $0.hasSuffix(".lua") }) else { throw failure(folder) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The first line, from 1, that has `word` as a whole word; nil when none has.
    package static func line(of word: String, in text: [UInt8]) -> Int? {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return lines.firstIndex { line in
            String(decoding: line, as: UTF8.self)
                .split { !$0.isLetter && !$0.isNumber && $0 != "_" }
                .contains { $0 == word }
        }.map { $0 + 1 }
    }

    private static func failure(_ path: String) -> ReadError {
        let number = errno
        return ReadError(path: path, reason: String(cString: strerror(number)), isMissing: number == ENOENT)
    }
}
