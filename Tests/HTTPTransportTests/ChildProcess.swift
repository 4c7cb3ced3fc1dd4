import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that a test runs; it is killed with the value, and inherits neither our signal mask nor our
/// environment.
final class ChildProcess: Sendable {
    struct Failure: Error {
        let path: String
        let status: Int32
    }

    private let process: pid_t
    private let hasEnded = Atomic(false)

    init(_ path: String, _ arguments: [String]) throws {
        #if canImport(Darwin)
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?) = (nil, nil)
        #else
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        var mask = sigset_t()
        sigemptyset(&mask)
        posix_spawnattr_setsigmask(&attributes, &mask)
        for number in [0, 1, 2] as [Int32] {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
        }
        #if canImport(Darwin)
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_CLOEXEC_DEFAULT))
        #else
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        #endif
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        var process = pid_t()
        let status = posix_spawn(&process, path, &actions, &attributes, &words, &environment)
        guard status == 0 else { throw Failure(path: path, status: status) }
        self.process = process
    }

    deinit {
        if hasEnded.load(ordering: .relaxed) { return }
        kill(process, SIGKILL)
        _ = wait()
    }

    /// The status of the program's end.
    private func wait() -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        hasEnded.store(true, ordering: .relaxed)
        return status
    }

    /// Runs a program to its end; throws when that is not a success.
    static func run(_ path: String, _ arguments: [String]) throws {
        let child = try ChildProcess(path, arguments)
        let status = child.wait()
        if status != 0 { throw Failure(path: path, status: status) }
    }
}
