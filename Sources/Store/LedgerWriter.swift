internal import EventLoop
internal import FalClient
internal import Generation

/// The one connection through which a process writes its ledger.
///
/// The file, and the folder it lies in, are created at the first use and not before.
actor LedgerWriter {
    nonisolated let path: String
    nonisolated let thread = LedgerThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
    private var opened: (connection: SQLiteConnection, table: JobTable)?
    /// Of the runs whose jobs this process has in hand: its own, and those it resumes.
    private var locks: [String: RunLock] = [:]
    /// Runs that are in the file: they need not be written again.
    private var recorded: Set<String> = []
    /// Of jobs that were added here and have not ended.
    private var costs: [String: JobCost] = [:]
    /// The first noted change that could not be written.
    private var loss: GenerationError?

    init(path: String) {
        self.path = path
    }

    /// Writes what comes, until nothing has come for a while.
    func serve(_ queue: Locked<LedgerQueue>) async {
        while let batch = queue.withLock({ $0.take() }) {
            let next = ContinuousClock.now + LedgerQueue.pause(after: batch.count)
            let refused = write(batch)
            if refused > 0 { queue.withLock { $0.forget(refused) } }
            thread.pause(for: next - .now)
            // Whoever reads takes turns with the changes.
            await Task.yield()
        }
    }

    /// Writes a batch in one commit and returns how many of its jobs were refused. All of it fails when one change does:
    /// what failed is the disk, not the change.
    private func write(_ batch: [LedgerChange]) -> Int {
        var refused = 0
        let result = Result { () throws(GenerationError) in try commit(batch) }
        for (index, change) in batch.enumerated() {
            let own = result.flatMap { refusals in refusals[index].map { .failure($0) } ?? .success(()) }
            if case .job = change.kind, case .failure = own { refused += 1 }
            switch (change.outcome, own) {
            case (.awaited(let continuation), _): continuation.resume(returning: own)
            case (.noted, .failure(let error)): loss = loss ?? error
            case (.noted, .success): break
            }
        }
        return refused
    }

    func takeLoss() -> GenerationError? {
        defer { loss = nil }
        return loss
    }

    func read<Value: Sendable>(
        _ body: @Sendable (JobTable) throws(GenerationError) -> Value
    ) throws(GenerationError) -> Value {
        let (connection, table) = try open()
        return try connection.transaction(.reading) { () throws(GenerationError) in try body(table) }
    }

    /// Returns the refusals of budgets and keys by the place of the change; everything else is written.
    private func commit(_ batch: [LedgerChange]) throws(GenerationError) -> [Int: GenerationError] {
        if batch.allSatisfy(\.isEmpty) { return [:] }
        let (connection, table) = try open()
        do throws(GenerationError) {
            return try connection.transaction(.writing) { () throws(GenerationError) -> [Int: GenerationError] in
                // Jobs under a day's budget come last, so that one sum of the day serves all of them; none has another
                // change in the batch, for nobody knows of it yet.
                var refusals: [Int: GenerationError] = [:]
                for (index, change) in batch.enumerated() where !change.hasBudget {
                    refusals[index] = try keyRefusal(change, table)
                    if refusals[index] == nil { try apply(change, to: table) }
                }
                try applyWithinBudget(batch, to: table, &refusals)
                return refusals
            }
        } catch {
            // What was written was undone.
            recorded = []
            costs = [:]
            table.sources.forget()
            throw error
        }
    }

    private func applyWithinBudget(
        _ batch: [LedgerChange], to table: JobTable, _ refusals: inout [Int: GenerationError]
    ) throws(GenerationError) {
        var sums: [DayBudget: (spent: Dollars, reserved: Dollars)] = [:]
        for (index, change) in batch.enumerated() {
            guard case .job(let job, _, _, let budget?) = change.kind else { continue }
            refusals[index] = try keyRefusal(change, table)
            if refusals[index] != nil { continue }
            if sums[budget] == nil { sums[budget] = try table.sum(since: budget.since, simulated: budget.simulated) }
            var sum = sums[budget] ?? (.zero, .zero)
            let needed = job.cost.estimate ?? .zero
            if sum.spent + sum.reserved + needed > budget.limit {
                let reason = BudgetRefusal.Reason.tooMuch(needed: needed, spent: sum.spent, reserved: sum.reserved)
                refusals[index] = .budgetExceeded(
                    BudgetRefusal(
                        endpoint: job.order.endpoint.description, period: .day, limit: budget.limit, reason: reason))
            } else {
                try apply(change, to: table)
                sum.reserved += needed
            }
            sums[budget] = sum
        }
    }

    /// Why a new job cannot have its key: another one has it.
    private func keyRefusal(_ change: LedgerChange, _ table: JobTable) throws(GenerationError) -> GenerationError? {
        guard case .job(let job, _, _, _) = change.kind, let key = job.key else { return nil }
        return try table.isTaken(key, from: job) ? .storage(path: path, .keyTaken(key)) : nil
    }

    private func apply(_ change: LedgerChange, to table: JobTable) throws(GenerationError) {
        switch change.kind {
        case .job(let job, let run, let arguments, _):
            // Before the row: nobody may take a job for one that was left behind.
            guard try lock(run.id) else {
                throw .storage(path: path, .other(reason: "the run \(run.id) is in another process's hands"))
            }
            if recorded.insert(run.id).inserted { try table.insert(run) }
            try table.insert(job, arguments: arguments)
            costs[job.id] = job.cost
        case .state(let id, let state, let time):
            let cost = state.isEnded ? costs.removeValue(forKey: id) : nil
            try table.update(id, to: state, at: time, cost: cost)
        case .picture(let picture): try table.insert(picture)
        case .lostPicture(let job, let index, let url, let time):
            try table.insertLostPicture(job: job, index: index, url: url, at: time)
        case .nothing, .probe: break
        }
    }

    /// Takes a run's jobs in hand; false when another process has them.
    func lock(_ run: String) throws(GenerationError) -> Bool {
        if locks[run] != nil { return true }
        _ = try open()
        locks[run] = try RunLock(database: path, run: run)
        return locks[run] != nil
    }

    func unlock(_ run: String) { locks[run] = nil }

    func close() {
        opened = nil
        locks = [:]
        recorded = []
    }

    private func open() throws(GenerationError) -> (connection: SQLiteConnection, table: JobTable) {
        if let opened { return opened }
        guard !path.isEmpty else { throw .storage(path: "FALHOST_DB", .cannotOpen(reason: "the path is empty")) }
        try DatabaseFolder.create(above: path)
        let connection = try SQLiteConnection(path: path)
        try DatabaseSchema.prepare(connection)
        // In write-ahead mode only FULL synchronises the log at each commit: what is committed survives a power loss.
        try connection.execute("PRAGMA synchronous = FULL")
        let opened = (connection: connection, table: try JobTable(connection))
        self.opened = opened
        return opened
    }
}

extension LedgerChange {
    fileprivate var isEmpty: Bool {
        if case .nothing = kind { true } else { false }
    }

    fileprivate var hasBudget: Bool {
        if case .job(_, _, _, .some) = kind { true } else { false }
    }
}
