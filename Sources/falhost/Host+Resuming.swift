import FalClient
import Generation
import Scripting
import Store

/// Taking over what earlier runs of a script paid for.
extension Host {
    var isResuming: Bool { resumption != nil }

    /// Finds the run to resume, takes it in hand and reads its jobs; throws when there is none, or another process has
    /// it. To be called before the script makes its first job.
    func resume(_ options: ResumptionOptions) async throws {
        guard options.isWanted, let invocation else { return }
        let client = try client()
        let ledger = try ledger()
        let run =
            if let id = options.resumeRun { try await named(id, in: ledger) } else {
                try await lastRun(of: invocation, at: client.hosts.queue, in: ledger)
            }
        try await takeOver(run, resubmitsUnknown: options.resubmitUnknown)
    }

    /// Takes a run in hand and reads its jobs.
    func takeOver(_ run: Run, resubmitsUnknown: Bool) async throws {
        let client = try client()
        let ledger = try ledger()
        guard run.server == client.hosts.queue else {
            throw CommandError(.usage, "run \(run.id) was sent to \(run.server), not to \(client.hosts.queue)")
        }
        let chain = try await ledger.chain(of: run.id).filter { $0.server == run.server }
        if let busy = try await Resumption.claim(chain, in: ledger) {
            throw CommandError(
                .temporary, "run \(busy.id) of \(busy.script) is still at work, or another process resumes it")
        }
        resumption = try await Resumption(
            chain.last ?? run, chain: chain, client: client, ledger: ledger,
            resubmitsUnknown: resubmitsUnknown, tell: { Console.note($0) })
    }

    private func named(_ id: String, in ledger: any JobLedger) async throws -> Run {
        guard let run = try await ledger.run(id) else {
            throw CommandError(.inputMissing, "the ledger has no run '\(id)': falhost jobs list")
        }
        guard run.invocation != nil else {
            throw CommandError(.usage, "run \(id) was no script's file: falhost resume \(id) finishes its jobs")
        }
        return run
    }

    private func lastRun(
        of invocation: ScriptInvocation, at server: String, in ledger: any JobLedger
    ) async throws -> Run {
        let runs = try await ledger.runs(of: invocation.file).filter { $0.server == server }
        if let run = runs.first(where: { $0.invocation == invocation }) { return run }
        guard let run = runs.first else {
            throw CommandError(
                .inputMissing,
                "nothing to resume: the ledger has no run of \(script) at \(server); run it without --resume")
        }
        // All its calls may be others: to submit them would be a surprise.
        throw CommandError(
            .inputMissing,
            """
            the last run of \(script), \(run.id), had other arguments; \
            --resume-run \(run.id) takes over what is the same, without --resume all is submitted
            """)
    }

    /// How a run that was told to end does so: with what it leaves behind, and what finishes that.
    func ending(_ ending: CommandError) async -> CommandError {
        if let command = await batchCommand() {
            return CommandError(ending.exitCode, "\(ending.message); the rest of the batch: \(command)")
        }
        guard let run = madeJobs?.run, ![Run.builtInSimulator, Run.replay].contains(run.server), let madeLedger else {
            return ending
        }
        var open = 0
        for id in [run.id] + (resumption?.chain.map(\.id) ?? []) {
            let jobs = try? await madeLedger.jobs(JobFilter(run: id, states: Job.State.Name.open))
            open += jobs?.count ?? 0
        }
        if open == 0 { return ending }
        let jobs = open == 1 ? "1 job is" : "\(open) jobs are"
        let command = resumption?.run.resumingCommand ?? "falhost resume \(run.id)"
        return CommandError(ending.exitCode, "\(ending.message); \(jobs) not done: \(command)")
    }

    /// The same for a script that waited for the signal and ended by itself; nothing when it leaves nothing behind.
    func tellEnding(after signal: String) async {
        let words = "ended after \(signal)"
        let told = await ending(CommandError(.interrupted, words)).message
        if !settings.quiet, told != words { Console.note(told) }
    }

    /// The line that says where a resumed run's results came from.
    func tellResumption() {
        guard !settings.quiet, let resumption else { return }
        Console.note(resumption.summary)
    }
}
