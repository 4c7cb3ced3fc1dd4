internal import Generation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Says that a run's jobs are in hand: a file beside the database that the process which has them holds locked.
///
/// The system lets the lock go when the process ends, however it ends. The file itself stays behind a killed process.
/// Only who holds the lock of the file that is there removes it: whoever waits for a lock looks afterwards whether its
/// file is still the one that others find.
final class RunLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Creates the file and locks it; nil when another process holds it.
    init?(database: String, run: String) throws(GenerationError) {
        let path = Self.path(database, run)
        for _ in 1...100 {
            switch Self.lock(path, O_CREAT) {
            case .locked(let descriptor):
                (self.path, self.descriptor) = (path, descriptor)
                return
            case .held: return nil
            case .replaced: continue
            case .failed(let number):
                throw .storage(path: path, .cannotOpen(reason: StorageFault.systemText(number)))
            }
        }
        return nil
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Whether a run's jobs are in hand; the file of a run that ended is removed.
    static func isHeld(database: String, run: String) -> Bool {
        let path = path(database, run)
        switch lock(path, 0) {
        case .locked(let descriptor):
            unlink(path)
            close(descriptor)
            return false
        case .held, .replaced: return true
        case .failed: return false
        }
    }

    private enum Attempt {
        case locked(Int32)
        case held
        /// The file was removed between opening and locking it.
        case replaced
        case failed(errno: Int32)
    }

    private static func lock(_ path: String, _ flag: Int32) -> Attempt {
        let descriptor = open(path, O_RDWR | O_CLOEXEC | flag, 0o666)
        guard descriptor >= 0 else { return .failed(errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(descriptor)
            return number == EWOULDBLOCK ? .held : .failed(errno: number)
        }
        var (mine, theirs) = (stat(), stat())
        if fstat(descriptor, &mine) == 0, stat(path, &theirs) == 0, mine.st_ino == theirs.st_ino,
            mine.st_dev == theirs.st_dev
        {
            return .locked(descriptor)
        }
        close(descriptor)
        return .replaced
    }

    private static func path(_ database: String, _ run: String) -> String { "\(database)-run-\(run)" }
}
