internal import Generation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A database file as it lies on the disk, before SQLite opens it.
enum DatabaseFile {
    /// Refuses a file whose end is missing.
    ///
    /// SQLite takes a file that was cut in its last page for whole, reads zeros there and writes on; one that is shorter
    /// than any page it takes for empty. It is no cut where a log lies beside the file: a disk that was full when the log
    /// was copied into the file leaves half a page, and all is in the log.
    static func checkEnd(_ path: String) throws(GenerationError) {
        guard isCut(path), !exists("\(path)-wal"), !exists("\(path)-journal") else { return }
        // Another process may have been writing.
        if isCut(path) { throw .storage(path: path, .damaged) }
    }

    /// Whether the file ends within a page (SQLite: "Database File Format" §1.3).
    private static func isCut(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
            return false
        }
        var head = [UInt8](repeating: 0, count: 18)
        guard pread(descriptor, &head, head.count, 0) == head.count else { return true }
        // What is no database at all is told by SQLite.
        guard head.starts(with: "SQLite format 3\0".utf8) else { return false }
        let size = Int(head[16]) << 8 | Int(head[17])
        let page = size == 1 ? 65_536 : size
        return page < 512 || Int(status.st_size) % page != 0
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_size > 0
    }
}
