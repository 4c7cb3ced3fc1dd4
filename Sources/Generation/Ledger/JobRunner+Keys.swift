internal import EventLoop
internal import FalClient
package import JSON
internal import Logging

/// Jobs that their callers named: a key that is known is no new job.
extension JobRunner {
    package func enter(_ key: JobKey, until deadline: ContinuousClock.Instant?) async throws(GenerationError) {
        do throws(SubmitGate.Missed) {
            try await callKeys.enter(key.text, until: deadline)
        } catch {
            switch error {
            case .cancelled: throw .cancelled
            case .timedOut:
                throw .fal(
                    FalError(
                        .timeout, "the time was up while another call of this run waited for the job '\(key.text)'",
                        retryable: true))
            }
        }
    }

    package func leave(_ key: JobKey) { callKeys.leave(key.text) }

    package func collect(
        _ key: JobKey, avatarID: String, prompt: String, overrides: JSONObject
    ) async throws(GenerationError) -> (order: JobOrder, job: FinishedJob)? {
        let call = KeyedCall.generation(avatarID: avatarID, prompt: prompt, overrides: overrides)
        let timeout = overrides[ConfigKey.timeout.rawValue]?.numberValue.map { Duration.seconds($0) }
        guard let (job, submitted, deadline) = try await taken(key, by: call, timeout) else { return nil }
        let result = try await result(of: submitted, deadline: deadline)
        let output = JobOutput(result)
        var ended = job
        ended.state = .completed(submitted.request, output)
        recentPictures.add(PictureSource.all(of: ended))
        let price = job.cost.price ?? output.price(perUnit: submitted.cost.perUnit)
        return (job.order, FinishedJob(id: job.id, result: result, price: price, files: await keptFiles(of: ended)))
    }

    /// The job that a key names, at fal or done, for a call that would train with this order; nil when the key is free.
    package func training(
        _ key: JobKey, for order: JobOrder
    ) async throws(GenerationError) -> SubmittedJob? {
        try await taken(key, by: .training(order), order.options.timeout)?.submitted
    }

    /// Submits a script's call, or takes up the job that its key names.
    func submit(
        _ order: JobOrder, named key: JobKey, options: SubmitOptions
    ) async throws(GenerationError) -> SubmittedJob {
        let call = KeyedCall.request(order)
        try await enter(key, until: nil)
        defer { leave(key) }
        if let found = try await taken(key, by: call, order.options.timeout) { return found.submitted }
        do throws(GenerationError) {
            return try await submit(order, options: options)
        } catch {
            // Another process was faster: the job is its, and nothing was sent from here.
            guard case .storage(_, .keyTaken) = error,
                let found = try await taken(key, by: call, order.options.timeout)
            else { throw error }
            return found.submitted
        }
    }

    // MARK: The job that a key names

    private typealias Taken = (job: Job, submitted: SubmittedJob, deadline: ContinuousClock.Instant)

    /// The job, at fal or done; nil when the key is free. A job that gave nothing raises its error again, unless the call
    /// is to try anew.
    private func taken(
        _ key: JobKey, by call: KeyedCall, _ timeout: Duration?
    ) async throws(GenerationError) -> Taken? {
        guard let ledger else { throw Self.refusal(.needsLedger) }
        guard var job = try await ledger.jobs(JobFilter(limit: 1, key: key.text)).first else { return nil }
        try await check(job, key, call, ledger)
        let deadline = ContinuousClock.now + (timeout ?? job.order.options.timeout)
        if job.state.name.isOpen { job = try await inHand(job, ledger, until: deadline) }
        var submitted: SubmittedJob
        if let known = atFal(job) {
            submitted = known
        } else if job.state == .intent || job.state.name == .unknown && resumption?.resubmitsUnknown == true {
            submitted = try await submit(again: job, deadline: deadline)
        } else {
            if key.retriesFailed, job.state.name.gaveNothing { return nil }
            throw .fal(FalError(again: job, key))
        }
        submitted.isResumed = true
        return (job, submitted, deadline)
    }

    private func check(
        _ job: Job, _ key: JobKey, _ call: KeyedCall, _ ledger: any JobLedger
    ) async throws(GenerationError) {
        func conflict(_ difference: String) -> KeyConflict {
            KeyConflict(key: key.text, job: job.id, run: job.run, difference: difference)
        }
        if let difference = call.difference(from: job.order) { throw Self.refusal(.otherCall(conflict(difference))) }
        guard job.run != run.id, let server = try await ledger.run(job.run)?.server, server != run.server else {
            return
        }
        throw Self.refusal(.otherServer(conflict(run.server), server: server))
    }

    private static func refusal(_ fault: ConfigProblem.Fault) -> GenerationError {
        .invalidConfig([ConfigProblem(key: ConfigKey.key.rawValue, origin: .call, fault: fault)])
    }

    /// An open job as it is when this process has it in hand, or when the one that had it came to its end.
    ///
    /// The run's jobs stay in hand until this process ends.
    private func inHand(
        _ job: Job, _ ledger: any JobLedger, until deadline: ContinuousClock.Instant
    ) async throws(GenerationError) -> Job {
        var job = job
        var pause = Duration.milliseconds(50)
        while job.run != run.id {
            if try await ledger.claim(job.run) { break }
            guard .now < deadline else {
                let message =
                    "the time was up while job \(job.id) was in the hands of run \(job.run), which is still at work"
                throw .fal(FalError(.timeout, message, retryable: true))
            }
            do throws(CancellationError) {
                try await LoopActor.sleep(for: min(pause, max(deadline - .now, .milliseconds(1))))
            } catch {
                throw .cancelled
            }
            pause = min(pause * 2, .seconds(1))
            job = try await ledger.job(job.id) ?? job
            if !job.state.name.isOpen { return job }
        }
        // Until the run was claimed its process may have worked on the job.
        job = try await ledger.job(job.id) ?? job
        guard job.state.name.isOpen else { return job }
        if run.server == Run.builtInSimulator || run.server == Run.replay, job.run != run.id {
            return try await ended(withItsServer: job, ledger)
        }
        return try await Reconciliation(client: client, ledger: ledger).settled([job]) { _ in }.first?.0 ?? job
    }

    /// What stood in for fal ended with its run: nobody has what was sent.
    private func ended(withItsServer job: Job, _ ledger: any JobLedger) async throws(GenerationError) -> Job {
        guard job.state != .intent else { return job }
        var job = job
        job.state = job.state.request.map { .expired($0) } ?? .cancelled(nil)
        try await ledger.move(job.id, to: job.state)
        return job
    }

    /// The pictures that are kept on this machine; none where that cannot be told.
    private func keptFiles(of job: Job) async -> [KeptPicture] {
        guard let index = ledger as? any PictureIndex else { return [] }
        do throws(GenerationError) {
            return try await index.pictures(of: [job.id])[job.id] ?? []
        } catch {
            logger.warning("job \(job.id): its kept pictures are not known: \(error.message(in: .english))")
            return []
        }
    }
}

extension FalError {
    /// What became of a job that gave nothing, told to a call that asks for it again.
    init(again job: Job, _ key: JobKey) {
        let endpoint = job.order.endpoint.description
        let requestID = job.state.request?.requestID
        switch job.state {
        case .failed(_, let failure):
            let code = Code(rawValue: failure.code) ?? .serverError
            let isPassing = [.serverError, .rateLimited, .network, .timeout].contains(code)
            self.init(code, failure.message, requestID: requestID, endpoint: endpoint, retryable: isPassing)
        case .expired:
            let message = "job \(job.id), '\(key.text)', ended, and fal does not keep its result any more"
            self.init(.expired, message, requestID: requestID, endpoint: endpoint)
        case .cancelled:
            self.init(
                .cancelled, "job \(job.id), '\(key.text)', was cancelled", requestID: requestID, endpoint: endpoint)
        default:
            let message = """
                it is unknown whether fal has job \(job.id), '\(key.text)': falhost resume looks for it, and with \
                --resubmit-unknown sends it again, which may pay for it twice
                """
            self.init(.submitUnknown, message, endpoint: endpoint, retryable: true)
        }
    }
}
