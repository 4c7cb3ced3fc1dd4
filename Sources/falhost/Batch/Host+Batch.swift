import ArgumentParser
import FalClient
import Generation
import Store

/// What earlier runs of a batch leave to a later one.
extension Host {
    private func server() throws -> String {
        settings.simulate ? Run.builtInSimulator : try client().hosts.queue
    }

    /// The run of a batch that is to be resumed; nil when none is wanted.
    func earlierBatch(_ options: ResumptionOptions, of file: String, _ batch: BatchOptions) async throws -> Run? {
        guard options.isWanted else { return nil }
        let ledger = try ledger()
        if let id = options.resumeRun {
            let run = try await recorded(id)
            guard run.batchArguments != nil, run.retriedRoot == nil else {
                throw CommandError(.usage, "run \(id) was no batch of a file: falhost resume \(id) finishes its jobs")
            }
            return run
        }
        let server = try server()
        let runs = try await ledger.runs(of: Project.absolute(file)).filter {
            $0.server == server && $0.batchArguments != nil
        }
        let same = runs.first { run in
            guard let words = run.batchArguments, let earlier = try? BatchCommand.parse(words).batch else {
                return false
            }
            return batch.asksForTheSame(as: earlier)
        }
        if let same { return same }
        guard let last = runs.first else {
            throw CommandError(
                .inputMissing, "nothing to resume: the ledger has no batch of \(file) at \(server); leave out --resume")
        }
        // All its jobs may be others: to submit them would be a surprise.
        throw CommandError(
            .inputMissing,
            """
            the last batch of \(file), \(last.id), asked for others (\(last.batchCommand ?? "")); \
            --resume-run \(last.id) takes over what is the same, without --resume all is submitted
            """)
    }

    private func recorded(_ id: String) async throws -> Run {
        guard let run = try await ledger().run(id) else {
            throw CommandError(.inputMissing, "the ledger has no run '\(id)': falhost jobs list")
        }
        return run
    }

    /// The jobs of a run that are to be made again, and the first of the runs that made the same.
    func failedJobs(of id: String) async throws -> (root: String, jobs: [Job]) {
        let ledger = try ledger()
        let run = try await recorded(id)
        if ledger.isLive(id) { throw CommandError(.temporary, "run \(id) is still at work") }
        let server = try server()
        guard run.server == server else {
            let hint = run.server == Run.builtInSimulator ? ": add --simulate" : ""
            throw CommandError(.usage, "run \(id) was sent to \(run.server), not to \(server)\(hint)")
        }
        let root: String
        if let retried = run.retriedRoot {
            root = retried
        } else {
            root = try await ledger.chain(of: id).first?.id ?? id
        }
        let family = try await ledger.chain(of: root) + ledger.runs(of: ScriptInvocation.retries(of: root))
        var later: [Job] = []
        for other in family where (other.started, other.id) > (run.started, run.id) {
            later += try await ledger.jobs(JobFilter(run: other.id))
        }
        let jobs = try await ledger.jobs(JobFilter(run: id)).reversed()
        return (root, FailedJobs(of: Array(jobs), madeAgain: later).jobs)
    }

    /// The command that makes what is left of this batch; nil where no ledger knows of it.
    func batchCommand() async -> String? {
        guard let run = madeJobs?.run, run.batchArguments != nil, run.server != Run.builtInSimulator, let madeLedger
        else { return nil }
        if let recorded = try? await madeLedger.run(run.id) { return recorded.batchCommand }
        return resumption?.run.batchCommand
    }

    /// How many jobs `--retry-failed` would make again after this run.
    func countOfFailedJobs() async throws -> Int {
        guard let run = madeJobs?.run, let madeLedger else { return 0 }
        return FailedJobs(of: try await madeLedger.jobs(JobFilter(run: run.id))).jobs.count
    }
}
