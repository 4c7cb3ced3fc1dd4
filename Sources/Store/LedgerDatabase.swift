internal import EventLoop
package import Generation
internal import JSON

/// The ledger in falhost's SQLite file.
///
/// Changes that come while others are being written share the next commit, so that durability costs one synchronisation
/// of the disk for many jobs. All work runs on a thread of its own, whatever executor the caller prefers.
package final class LedgerDatabase: JobLedger {
    private let queue = Locked(LedgerQueue())
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
            arguments = String(decoding: try job.order.body ?? job.order.arguments.serialized(), as: UTF8.self)
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

    package func runs(of file: String) async throws(GenerationError) -> [Run] {
        try await read { (table) throws(GenerationError) in try table.runs(of: file) }
    }

    package func chain(of run: String) async throws(GenerationError) -> [Run] {
        try await read { (table) throws(GenerationError) in try table.chain(of: run) }
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
        // Who only looks whether the run is live holds its lock for a moment.
        for _ in 1..<5 {
            if try await writer.lock(run) { return true }
            try? await Task.sleep(for: .milliseconds(5))
        }
        return try await writer.lock(run)
    }

    package func release(_ run: String) async { await writer.unlock(run) }

    package func isLive(_ run: String) -> Bool { RunLock.isHeld(database: writer.path, run: run) }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (JobTable) throws(GenerationError) -> Value
    ) async throws(GenerationError) -> Value {
        try await flush()
        return try await writer.read(body)
    }

    // MARK: Group commit

    func write(_ change: LedgerChange.Kind) async throws(GenerationError) {
        let result: Result<Void, GenerationError> = await withUnsafeContinuation { continuation in
            enqueue(change, .awaited(continuation))
        }
        try result.get()
    }

    private func enqueue(_ kind: LedgerChange.Kind, _ outcome: LedgerChange.Outcome) {
        switch queue.withLock({ $0.add(LedgerChange(kind: kind, outcome: outcome)) }) {
        case .serve: Task(executorPreference: writer.thread) { [writer, queue] in await writer.serve(queue) }
        case .hurry: writer.thread.hurry()
        case nil: break
        }
    }
}
