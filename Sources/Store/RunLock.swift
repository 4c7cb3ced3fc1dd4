internal import Generation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Says that a run's process lives: a file beside the database that the process holds locked.
///
/// The system lets the lock go when the process ends, however it ends. The file itself stays behind a killed process,
/// and whoever finds that run ended removes it.
final class RunLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Creates the file and locks it.
    init(database: String, run: String) throws(GenerationError) {
        path = Self.path(database, run)
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw .storage(path: path, .cannotOpen(reason: StorageFault.systemText(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            throw .storage(path: path, .other(reason: "cannot be locked: \(StorageFault.systemText(number))"))
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Whether the process of a run lives; the file of one that ended is removed.
    static func isHeld(database: String, run: String) -> Bool {
        let path = path(database, run)
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return true }
        unlink(path)
        return false
    }

    private static func path(_ database: String, _ run: String) -> String { "\(database)-run-\(run)" }
}
