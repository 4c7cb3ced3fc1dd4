import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that runs beside a test; by posix_spawn, with no descriptor but the three standard ones.
///
/// Foundation's Process learns of an end through a socket that any other child may inherit: with several at a time it
/// can wait for ever.
///
/// Its being Sendable is unchecked because the compiler cannot see that `state` is touched under `lock` alone.
package final class ChildProcess: @unchecked Sendable {
    private enum State {
        case running
        case ended(status: Int32)
    }
    private let lock = NSLock()
    private var state = State.running
    package let processIdentifier: Int32

    package struct SpawnError: Error, CustomStringConvertible {
        package let description: String
    }

    /// Starts `executable`; the three paths are opened for it, the last two from their start.
    ///
    /// - Parameter ownsTerminal: `input` is a terminal, from which Ctrl-C is to reach this program alone.
    package init(
        _ executable: String, _ arguments: [String], environment: [String: String], folder: String,
        input: String = "/dev/null", output: String, errors: String, ownsTerminal: Bool = false
    ) throws {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
            var attributes: posix_spawnattr_t?
        #else
            var actions = posix_spawn_file_actions_t()
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        // A child inherits the signal mask of the thread that starts it, and the threads of tests block all signals.
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        // The first terminal that the leader of a session opens is the session's.
        #if canImport(Darwin)
            let newSession = Int32(POSIX_SPAWN_SETSID)
        #else
            let newSession: Int32 = 0x80  // spawn.h shows it to GNU sources only
        #endif
        let session = ownsTerminal ? newSession : 0
        posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGMASK) | session))
        posix_spawn_file_actions_addopen(&actions, 0, input, ownsTerminal ? O_RDWR : O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        var pid = pid_t()
        let shell = ["/bin/bash", "-c", Self.preparation, folder, executable] + arguments
        let words = shell.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        let status = posix_spawn(&pid, "/bin/bash", &actions, &attributes, words, variables)
        guard status == 0 else {
            throw SpawnError(description: "cannot start \(executable): \(String(cString: strerror(status)))")
        }
        processIdentifier = pid
    }

    /// A shell does what posix_spawn cannot on every platform, and becomes the program: it changes the folder, and closes
    /// the test's sockets, of which a copy in a child would keep a closed one open.
    private static let preparation = """
        for descriptor in /dev/fd/*; do
            number=${descriptor##*/}
            [ "$number" -gt 2 ] && [ "$number" != 255 ] && eval "exec $number>&-"
        done
        cd "$0" && exec "$@"
        """

    /// Runs a program to its end, without environment and output; throws when that is no success.
    package static func run(_ executable: String, _ arguments: [String]) throws {
        let child = try ChildProcess(
            executable, arguments, environment: [:], folder: "/", output: "/dev/null", errors: "/dev/null")
        let status = child.wait()
        guard status == 0 else { throw SpawnError(description: "\(executable) ended with \(status)") }
    }

    deinit {
        guard isRunning else { return }
        kill(processIdentifier, SIGKILL)
        wait()
    }

    package var isRunning: Bool {
        lock.withLock {
            collect(WNOHANG)
            if case .running = state { return true }
            return false
        }
    }

    package func signal(_ number: Int32) {
        lock.withLock {
            collect(WNOHANG)
            // Under the lock, so that the number cannot be another process's by now.
            if case .running = state { kill(processIdentifier, number) }
        }
    }

    /// Blocks until the program ends; its exit status, or 128 + n when signal n ended it. After `seconds` it is killed.
    @discardableResult
    package func wait(seconds: Double = 120) -> Int32 {
        let end = Date(timeIntervalSinceNow: seconds)
        while true {
            if !isRunning, let status = lock.withLock({ ended }) { return status }
            if Date() > end { signal(SIGKILL) }
            // Sanitized programs take seconds, others milliseconds; a test has nothing to do meanwhile.
            usleep(2000)
        }
    }

    /// The same without blocking: a thread of its own waits.
    @discardableResult
    package func ending(seconds: Double = 120) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.wait(seconds: seconds)) }
        }
    }

    private var ended: Int32? {
        if case .ended(let status) = state { return status }
        return nil
    }

    private func collect(_ options: Int32) {
        guard case .running = state else { return }
        var status: Int32 = 0
        guard waitpid(processIdentifier, &status, options) == processIdentifier else { return }
        let signal = status & 0x7F
        state = .ended(status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal)
    }
}
