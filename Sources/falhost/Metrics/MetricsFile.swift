import EventLoop
import Generation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file from which the node exporter's textfile collector takes a run's metrics.
///
/// It is whole at all times: a new one takes the place of the old one. It is not made durable, for what a crash loses is
/// written again within seconds.
@LoopActor
final class MetricsFile {
    private let path: String
    private var writing: Task<Void, any Error>?
    /// Whether a failure was told: once is enough.
    private var hasFailed = false

    /// Writes the file, and again every 15 seconds until `end`; throws when it cannot be written at all.
    init(_ path: String, _ metrics: RunMetrics) async throws {
        self.path = path
        if let reason = await Self.write(metrics.text(), to: path) {
            throw CommandError(.cannotCreate, "cannot write the metrics to '\(path)': \(reason)")
        }
        writing = LoopActor.spawn { [weak self] in
            while true {
                try await LoopActor.sleep(for: .seconds(15))
                guard let self else { return }
                await update(metrics)
            }
        }
    }

    /// Writes what the run came to.
    func end(_ metrics: RunMetrics) async {
        writing?.cancel()
        _ = await writing?.result
        await update(metrics)
    }

    private func update(_ metrics: RunMetrics) async {
        guard let reason = await Self.write(metrics.text(), to: path) else {
            hasFailed = false
            return
        }
        if !hasFailed { Console.note("falhost: cannot write the metrics to '\(path)': \(reason)") }
        hasFailed = true
    }

    /// Returns why it failed.
    private static func write(_ text: String, to path: String) async -> String? {
        await withTaskExecutorPreference(globalConcurrentExecutor) { await replace(path, text) }
    }

    @concurrent private nonisolated static func replace(_ path: String, _ text: String) async -> String? {
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        let isWritten = Console.write(text, to: descriptor)
        var reason = isWritten ? nil : String(cString: strerror(errno))
        if close(descriptor) != 0, reason == nil { reason = String(cString: strerror(errno)) }
        if reason == nil, rename(temporary, path) != 0 { reason = String(cString: strerror(errno)) }
        if reason != nil { unlink(temporary) }
        return reason
    }
}

extension Host {
    /// The file that the command line asks for; nil when it asks for none.
    func startMetricsFile() async throws -> MetricsFile? {
        guard let file = settings.metrics.file else { return nil }
        return try await MetricsFile(file, metrics)
    }

    /// The run's line of its generations.
    func tellSummary() {
        guard metrics.generations > 0 else { return }
        let isWanted = !settings.quiet && metrics.generations > 1 && !hasReport && isatty(STDERR_FILENO) == 1
        if settings.metrics.summary ?? isWanted { Console.note(metrics.summary) }
    }
}
