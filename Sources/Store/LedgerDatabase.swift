internal import EventLoop
package import Generation
internal import JSON

/// The ledger in falhost's SQLite file.
///
/// Changes that come while others are being written share the next commit, so that durability costs one synchronisation
/// of the disk for many jobs. All work runs in the global pool, whatever executor the caller prefers.
package final class LedgerDatabase: JobLedger {
    private let pending = Locked(Pending())
    private let writer: LedgerWriter

    package convenience init(path: String) {
        self.init(LedgerWriter(path: path))
    }

    init(_ writer: LedgerWriter) {
        self.writer = writer
    }

    package func add(_ job: Job, in run: Run, within budget: DayBudget?) async throws(GenerationError) {
        let arguments: String
        do {
            arguments = String(decoding: try JSONValue.object(job.order.arguments).serialized(), as: UTF8.self)
        } catch {
            throw .storage(path: writer.path, .other(reason: "the arguments cannot be written as JSON: \(error)"))
        }
        try await write(.job(job, run, arguments: arguments, budget))
    }

    package func move(_ id: String, to state: Job.State) async throws(GenerationError) {
        try await write(.state(id, state, .now))
    }

    package func note(_ id: String, _ state: Job.State) {
        enqueue(.state(id, state, .now), .noted)
    }

    package func flush() async throws(GenerationError) {
        do throws(GenerationError) {
            try await write(.nothing)
        } catch {
            // It shared its commit with the change that was lost: one error tells of both.
            _ = await writer.takeLoss()
            throw error
        }
        if let error = await writer.takeLoss() { throw error }
    }

    /// Waits as `flush` does, then lets go of the file and of the runs in hand. A later use would open it again.
    package func close() async throws(GenerationError) {
        do throws(GenerationError) {
            try await flush()
        } catch {
            await writer.close()
            throw error
        }
        await writer.close()
    }

    package func job(_ id: String) async throws(GenerationError) -> Job? {
        try await read { (table) throws(GenerationError) in try table.job(id) }
    }

    package func jobs(_ filter: JobFilter) async throws(GenerationError) -> [Job] {
        try await read { (table) throws(GenerationError) in try table.jobs(filter) }
    }

    package func run(_ id: String) async throws(GenerationError) -> Run? {
        try await read { (table) throws(GenerationError) in try table.run(id) }
    }

    package func total(
        since: Timestamp, simulated: Bool, except run: String
    ) async throws(GenerationError) -> JobTotal {
        try await read { (table) throws(GenerationError) in
            try JobRecords.total(table.connection, since: since, simulated: simulated, except: run)
        }
    }

    package func records(_ filter: RecordFilter) async throws(GenerationError) -> [JobRecord] {
        try await read { (table) throws(GenerationError) in try JobRecords.read(table.connection, filter) }
    }

    package func history(_ id: String) async throws(GenerationError) -> [JobStep] {
        try await read { (table) throws(GenerationError) in try table.history(id) }
    }

    package func claim(_ run: String) async throws(GenerationError) -> Bool {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            // Who only looks whether the run is live holds its lock for a moment.
            for _ in 1..<5 {
                if try await writer.lock(run) { return true }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return try await writer.lock(run)
        }
    }

    package func release(_ run: String) async { await writer.unlock(run) }

    package func isLive(_ run: String) -> Bool { RunLock.isHeld(database: writer.path, run: run) }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (JobTable) throws(GenerationError) -> Value
    ) async throws(GenerationError) -> Value {
        try await flush()
        return try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await writer.read(body)
        }
    }

    // MARK: Group commit

    /// How long after its beginning a commit is followed by the next, which what comes in between shares.
    ///
    /// A commit costs as much as some twenty changes in it. Where many come, waiting for more is paid back; a job that
    /// comes alone is not held up.
    private static func pause(after changes: Int) -> Duration {
        min(.microseconds(200 * changes), .milliseconds(4))
    }

    private struct Pending {
        var changes: [LedgerChange] = []
        var isWriting = false
    }

    func write(_ change: LedgerChange.Kind) async throws(GenerationError) {
        let result: Result<Void, GenerationError> = await withCheckedContinuation { continuation in
            enqueue(change, .awaited(continuation))
        }
        try result.get()
    }

    private func enqueue(_ kind: LedgerChange.Kind, _ outcome: LedgerChange.Outcome) {
        let isFirst = pending.withLock { pending in
            pending.changes.append(LedgerChange(kind: kind, outcome: outcome))
            defer { pending.isWriting = true }
            return !pending.isWriting
        }
        guard isFirst else { return }
        Task(executorPreference: globalConcurrentExecutor) { [self] in
            while let batch = nextBatch() {
                let next = ContinuousClock.now + Self.pause(after: batch.count)
                await writer.write(batch)
                try? await Task.sleep(until: next)
            }
        }
    }

    private func nextBatch() -> [LedgerChange]? {
        pending.withLock { pending in
            guard !pending.changes.isEmpty else {
                pending.isWriting = false
                return nil
            }
            defer { pending.changes = [] }
            return pending.changes
        }
    }
}

/// One thing to be written, and who wants to know.
struct LedgerChange: Sendable {
    enum Kind: Sendable {
        // Indirect: a copy is one reference, not a dozen.
        indirect case job(Job, Run, arguments: String, DayBudget?)
        indirect case state(String, Job.State, Timestamp)
        indirect case picture(KeptPicture)
        indirect case lostPicture(job: String, index: Int, url: String, Timestamp)
        case nothing
    }

    enum Outcome: Sendable {
        case awaited(CheckedContinuation<Result<Void, GenerationError>, Never>)
        case noted
    }

    let kind: Kind
    let outcome: Outcome
}
