package import EventLoop
package import FalClient

/// Brings jobs that a process left open to their end, without paying for one twice.
///
/// A job that never left is submitted, one that fal has is waited for, one of which nobody knows is looked up in fal's
/// list of requests. Whatever interrupts it, the ledger says how far each job is.
@LoopActor
package struct JobRecovery {
    /// What the operator asks for.
    package struct Options: Sendable {
        /// How long a job is waited for; nil for as long as its caller wanted to.
        package var timeout: Duration?
        /// Whether a job that fal does not list is submitted again: it may then be paid for twice.
        package var resubmitsUnknown = false
        /// Whether a job that never left is submitted.
        package var submitsUnsent = true
        /// Jobs side by side.
        package var concurrency = 16

        package init() {}
    }

    let client: FalClient
    let ledger: any JobLedger
    private let runner: JobRunner
    private let options: Options
    /// Brings avatars on whose trainings are brought to their end.
    package var trainings: (any TrainingFollower)?
    /// Saves one picture and returns its path.
    let save: @LoopActor @Sendable (PictureSource) async throws(GenerationError) -> String

    package init(
        client: FalClient, ledger: any JobLedger, runner: JobRunner, options: Options,
        save: @escaping @LoopActor @Sendable (PictureSource) async throws(GenerationError) -> String
    ) {
        self.client = client
        self.ledger = ledger
        self.runner = runner
        self.options = options
        self.save = save
    }

    /// Takes up the open jobs of one run or of all, as far as their process is gone and their server is the client's.
    ///
    /// - Parameters:
    ///   - only: the ids of the jobs to take up; nil for all.
    ///   - found: told of each job of which fal's list says that its lost submit had arrived.
    ///   - report: told of each job once, as soon as nothing more is done for it.
    /// - Returns: the jobs that were left alone.
    package func recover(
        run: String?, only: Set<String>? = nil, found: @LoopActor @Sendable (Job) -> Void = { _ in },
        report: @LoopActor @Sendable (RecoveredJob) -> Void
    ) async throws(GenerationError) -> LeftJobs {
        var left = LeftJobs()
        let open = try await ledger.jobs(JobFilter(run: run, states: Job.State.Name.open))
        var claimed: [String] = []
        let result: Result<Void, GenerationError>
        do throws(GenerationError) {
            for (id, jobs) in Dictionary(grouping: open, by: \.run).sorted(by: { $0.key < $1.key }) {
                guard let run = try await ledger.run(id) else { continue }
                if [Run.builtInSimulator, Run.replay].contains(run.server) {
                    if try await ledger.claim(id) {
                        claimed.append(id)
                        try await endSimulated(id, report)
                    }
                } else if run.server != client.hosts.queue {
                    left.elsewhere[run.server, default: 0] += jobs.count
                } else if try await ledger.claim(id) {
                    claimed.append(id)
                } else {
                    left.inHand[id] = jobs.count
                }
            }
            result = .success(try await finishAll(of: claimed, only, found, report))
        } catch {
            result = .failure(error)
        }
        for id in claimed { await ledger.release(id) }
        try result.get()
        return left
    }

    /// The jobs of a run whose simulator is gone: nobody has them any more.
    private func endSimulated(
        _ run: String, _ report: @LoopActor @Sendable (RecoveredJob) -> Void
    ) async throws(GenerationError) {
        for var job in try await ledger.jobs(JobFilter(run: run, states: Job.State.Name.open)) {
            if case .submitted(let request) = job.state {
                job.state = .expired(request)
            } else {
                job.state = .cancelled(nil)
            }
            try await ledger.move(job.id, to: job.state)
            _ = try await trainings?.settle(job)
            report(RecoveredJob(job: job, remark: "what stood in for fal ended with its run"))
        }
    }

    private func finishAll(
        of runs: [String], _ only: Set<String>?, _ found: @LoopActor @Sendable (Job) -> Void,
        _ report: @LoopActor @Sendable (RecoveredJob) -> Void
    ) async throws(GenerationError) {
        var jobs: [Job] = []
        for run in runs {
            // Read again: until the run was claimed another process may have worked on it. Oldest first.
            jobs += try await ledger.jobs(JobFilter(run: run, states: Job.State.Name.open)).reversed()
        }
        if let only { jobs.removeAll { !only.contains($0.id) } }
        let tasks = try await Reconciliation(client: client, ledger: ledger).settled(jobs, found)
        let failure = await withTaskGroup(of: Result<RecoveredJob, GenerationError>.self) { group in
            var failure: GenerationError?
            var next = tasks.makeIterator()
            func startNext() {
                guard failure == nil, !group.isCancelled, let (job, reason) = next.next() else { return }
                group.addTask { await finish(job, reason) }
            }
            for _ in 0..<max(1, options.concurrency) { startNext() }
            while let result = await group.next() {
                switch result {
                case .success(let job): report(job)
                case .failure(let error): failure = failure ?? error
                }
                startNext()
            }
            return failure
        }
        if let failure { throw failure }
        if Task.isCancelled { throw .cancelled }
    }

    // MARK: One job

    private func finish(_ job: Job, _ reason: String?) async -> Result<RecoveredJob, GenerationError> {
        var job = job
        let deadline = ContinuousClock.now + (options.timeout ?? job.order.options.timeout)
        if case .submitted = job.state { runner.takeUp(job.id) }
        defer { runner.land(job.id) }
        do throws(GenerationError) {
            switch job.state {
            case .submitted(let request): return .success(try await collect(job, request, deadline))
            case .intent where !options.submitsUnsent:
                return .success(RecoveredJob(job: job, remark: "it was never sent; falhost resume sends it"))
            case .intent: break
            case .unknown where options.resubmitsUnknown: break
            default: return .success(RecoveredJob(job: job, remark: reason))
            }
            let request = try await runner.submit(again: job, deadline: deadline).request
            job.state = .submitted(request)
            return .success(try await collect(job, request, deadline))
        } catch {
            let remark: String
            switch error {
            case .fal(let error) where error.code != .cancelled: remark = error.message
            // Nothing was sent: the others go on.
            case .budgetExceeded, .refusedByPolicy, .policyFailed: remark = error.message(in: .english)
            default: return .failure(error)
            }
            // The submit failed: the ledger says what that means.
            do throws(GenerationError) {
                let job = try await ledger.job(job.id) ?? job
                _ = try await trainings?.settle(job)
                return .success(RecoveredJob(job: job, remark: remark))
            } catch {
                return .failure(error)
            }
        }
    }

    private func collect(
        _ job: Job, _ request: QueueRequest, _ deadline: ContinuousClock.Instant
    ) async throws(GenerationError) -> RecoveredJob {
        var job = job
        let output: JobOutput
        do throws(FalError) {
            output = JobOutput(try await client.collect(request, deadline: deadline))
        } catch {
            if error.code == .cancelled, error.type == nil { throw .fal(error) }
            guard let state = Job.State(ending: request, with: error) else {
                return RecoveredJob(job: job, remark: error.message, isRunning: deadline <= .now)
            }
            try await ledger.move(job.id, to: state)
            runner.metrics?.end(earlier: job, state)
            job.state = state
            _ = try await trainings?.settle(job)
            return RecoveredJob(job: job, remark: error.message)
        }
        // The pictures first: whoever is stopped here finds the job as it was, and gets them the next time.
        let state = Job.State.completed(request, output)
        job.state = state
        if job.order.training != nil {
            let remark = try await trainings?.settle(job)
            try await ledger.move(job.id, to: state)
            return RecoveredJob(job: job, remark: remark)
        }
        let (files, failure) = try await savePictures(of: job)
        try await ledger.move(job.id, to: state)
        runner.metrics?.end(earlier: job, state)
        return RecoveredJob(job: job, files: files, remark: failure, isPictureMissing: failure != nil)
    }
}

/// What became of a job that was taken up.
package struct RecoveredJob: Sendable {
    package let job: Job
    /// Where its pictures were saved, in fal's order.
    package var files: [String] = []
    /// Why it is not completed, or why a picture is missing.
    package var remark: String?
    /// It still runs at fal, after the time that it was given.
    package var isRunning = false
    /// It is completed, and not all of its pictures could be saved.
    package var isPictureMissing = false
}

/// Open jobs that were not taken up.
package struct LeftJobs: Sendable, Equatable {
    /// Jobs whose process lives, or which another one resumes, by run.
    package var inHand: [String: Int] = [:]
    /// Jobs of other servers, by server.
    package var elsewhere: [String: Int] = [:]

    package init() {}

    package var isEmpty: Bool { inHand.isEmpty && elsewhere.isEmpty }
}
