package import EventLoop
internal import FalClient
internal import Logging

/// Brings jobs to their end of which fal says by itself that they are done.
///
/// Whoever waits for such a job is woken and fetches the result as always. A job for which nobody waits is fetched here:
/// one of this run through its runner, one of a run whose process is gone as `falhost resume` does it.
@LoopActor
package final class NoticedJobs {
    /// What came of a notice.
    package enum Outcome: Sendable {
        /// Somebody waited for the job and asks fal now.
        case woke
        /// Nobody waited: the result is being fetched for the ledger.
        case collected
        /// The ledger knows the job's end already.
        case ended
        /// Another process has the job in hand, or it was sent to another server.
        case elsewhere
        case unknown
    }

    private let ledger: (any JobLedger)?
    private let runner: JobRunner
    private let recovery: JobRecovery?
    private let report: @LoopActor @Sendable (RecoveredJob) -> Void
    /// Which jobs are to be taken up, by the runs that are in hand here.
    private var wanted: [String: Set<String>] = [:]
    /// By the ids of runs that are taken up, of this run's jobs that are being fetched and of requests to look for again.
    private var tasks: [String: Task<Void, any Error>] = [:]

    private var secondLooks = 0

    private static let mostSecondLooks = 64

    /// fal repeats a delivery for two hours after a job's end (facts: webhooks §1.8), and a training takes hours.
    private static let memory = 48 * 3600 * Int64(1000)

    /// - Parameters:
    ///   - recovery: takes up the jobs of other runs; nil leaves those alone.
    ///   - report: told of each job of another run that was taken up.
    package init(
        runner: JobRunner, recovery: JobRecovery?, report: @escaping @LoopActor @Sendable (RecoveredJob) -> Void
    ) {
        self.runner = runner
        ledger = runner.ledger
        self.recovery = recovery
        self.report = report
    }

    /// Takes a notice; one of a job that nobody knows is looked at again a second later, for it may be faster than the answer
    /// to the job's submit.
    ///
    /// - Parameters:
    ///   - requestIDs: the names that fal has for one job.
    ///   - count: told once what came of it, perhaps after this has returned.
    package func take(
        _ requestIDs: [String], count: @escaping @LoopActor @Sendable (Result<Outcome, GenerationError>) -> Void
    ) async {
        let first = await result(of: requestIDs)
        guard case .success(.unknown) = first, secondLooks < Self.mostSecondLooks, let name = requestIDs.first,
            tasks[name] == nil
        else { return count(first) }
        secondLooks += 1
        tasks[name] = LoopActor.spawn { [self] in
            defer {
                tasks[name] = nil
                secondLooks -= 1
            }
            try? await LoopActor.sleep(for: .seconds(1))
            count(await result(of: requestIDs))
        }
    }

    private func result(of requestIDs: [String]) async -> Result<Outcome, GenerationError> {
        do throws(GenerationError) {
            return .success(try await look(requestIDs))
        } catch {
            return .failure(error)
        }
    }

    private func look(_ requestIDs: [String]) async throws(GenerationError) -> Outcome {
        for id in requestIDs where runner.client.notices?.wake(id) == true { return .woke }
        guard let ledger else { return .unknown }
        for id in requestIDs {
            let open = try await ledger.jobs(JobFilter(states: Job.State.Name.open, limit: 1, request: id))
            if let job = open.first { return try await collect(job, request: id) }
        }
        let start = Timestamp(milliseconds: Timestamp.now.milliseconds - Self.memory)
        for id in requestIDs where try await !ledger.jobs(JobFilter(limit: 1, request: id, since: start)).isEmpty {
            return .ended
        }
        return .unknown
    }

    /// Takes up the jobs in these states of runs whose process is gone, as far as that is not under way.
    package func takeUp(_ states: Set<Job.State.Name>) async throws(GenerationError) {
        guard let ledger else { return }
        let open = try await ledger.jobs(JobFilter(states: states))
        for (run, jobs) in Dictionary(grouping: open, by: \.run)
        where run != runner.run.id && wanted[run] == nil && !ledger.isLive(run) {
            takeUp(Set(jobs.map(\.id)), of: run)
        }
    }

    /// Ends what is under way; the jobs stay as they are at fal and in the ledger.
    package func stop() async {
        let tasks = tasks.values
        for task in tasks { task.cancel() }
        for task in tasks { _ = await task.result }
    }

    private func collect(_ job: Job, request: String) async throws(GenerationError) -> Outcome {
        if job.run == runner.run.id {
            guard case .submitted(let request) = job.state else { return .unknown }
            fetch(job, request)
            return .collected
        }
        guard let ledger, recovery != nil, try await ledger.run(job.run)?.server == runner.client.hosts.queue else {
            return .elsewhere
        }
        if wanted[job.run] == nil, ledger.isLive(job.run) { return .elsewhere }
        takeUp([job.id], of: job.run)
        return .collected
    }

    /// A job that the script has submitted and does not wait for.
    private func fetch(_ job: Job, _ request: QueueRequest) {
        if tasks[job.id] != nil { return }
        let submitted = SubmittedJob(
            id: job.id, request: request, cost: job.cost, order: job.order, created: job.created)
        tasks[job.id] = LoopActor.spawn { [self] in
            defer { tasks[job.id] = nil }
            do throws(GenerationError) {
                _ = try await runner.result(of: submitted, isCompleted: true, deadline: nil)
            } catch {
                // A job that failed is in the ledger as such. Any other trouble leaves it open, and its handle can ask again.
                runner.logger.debug("job \(job.id): \(error.message(in: .english))")
            }
        }
    }

    private func takeUp(_ jobs: Set<String>, of run: String) {
        if wanted[run] != nil {
            wanted[run]?.formUnion(jobs)
            return
        }
        wanted[run] = jobs
        tasks[run] = LoopActor.spawn { [self] in
            while !Task.isCancelled, let jobs = wanted[run], !jobs.isEmpty {
                wanted[run] = []
                do throws(GenerationError) {
                    _ = try await recovery?.recover(run: run, only: jobs, report: report)
                } catch {
                    if !Task.isCancelled {
                        runner.logger.warning("run \(run) is not taken up: \(error.message(in: .english))")
                    }
                }
            }
            wanted[run] = nil
            tasks[run] = nil
        }
    }
}
