internal import EventLoop

/// What all runs have spent since midnight, as a policy sees it.
///
/// Other runs' jobs come from the ledger, which is asked at most once a second; this run's are counted here, to the last
/// job. What other processes do may therefore be seen a second late: only a budget for a day is exact between processes.
@LoopActor
final class DaySums {
    private static let patience = Duration.seconds(1)

    private struct Others {
        let total: JobTotal
        let midnight: Timestamp
        let read: ContinuousClock.Instant
    }
    private let ledger: (any JobLedger)?
    private let run: Run
    private var others: Others?
    private var reading: Task<Result<Others, GenerationError>, any Error>?
    /// What this run had spent before the day began.
    private var before = JobTotal()

    /// - Parameter ledger: without one the day is this run's alone.
    init(ledger: (any JobLedger)?, run: Run) {
        self.ledger = ledger
        self.run = run
    }

    /// Other runs' jobs of today, not older than a second.
    func others(own: () -> JobTotal) async throws(GenerationError) -> JobTotal {
        if let others, .now - others.read < Self.patience { return others.total }
        let fresh = try await read().get()
        if let others, others.midnight != fresh.midnight { before = own() }
        others = fresh
        return fresh.total
    }

    func sums(own: JobTotal, others: JobTotal) -> PolicySums {
        var today = own
        today.committed -= before.committed
        return PolicySums(
            run: own.committed, day: today.committed + others.committed, jobsRun: own.jobs,
            jobsDay: own.jobs - before.jobs + others.jobs)
    }

    /// Jobs that ask side by side share one look.
    private func read() async -> Result<Others, GenerationError> {
        if let reading { return await Self.value(of: reading) }
        let (ledger, run) = (ledger, run)
        let task = LoopActor.spawn { () async -> Result<Others, GenerationError> in
            let midnight = Timestamp.now.localMidnight
            do throws(GenerationError) {
                let total = try await ledger?.total(since: midnight, simulated: run.isSimulated, except: run.id)
                return .success(Others(total: total ?? JobTotal(), midnight: midnight, read: .now))
            } catch {
                return .failure(error)
            }
        }
        reading = task
        defer { reading = nil }
        return await Self.value(of: task)
    }

    private static func value(
        of task: Task<Result<Others, GenerationError>, any Error>
    ) async -> Result<Others, GenerationError> {
        // The task itself throws nothing; nobody cancels it.
        (try? await task.value) ?? .failure(.cancelled)
    }
}
