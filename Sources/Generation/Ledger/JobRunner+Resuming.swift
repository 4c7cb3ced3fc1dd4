package import FalClient

extension JobRunner {
    /// The result of the earlier run's call that this one is, without paying again; nil when there is none.
    package func resume(_ order: JobOrder) async throws(GenerationError) -> FinishedJob? {
        guard order.options.key == nil, let resumption, let job = resumption.take(order) else { return nil }
        let deadline = ContinuousClock.now + order.options.timeout
        let submitted = try await submitted(earlier: job, resumption, deadline)
        do throws(GenerationError) {
            let result = try await result(of: submitted, deadline: deadline)
            resumption.took(job)
            var ended = job
            ended.state = .completed(submitted.request, JobOutput(result))
            recentPictures.add(PictureSource.all(of: ended))
            let price = job.cost.price ?? JobOutput(result).price(perUnit: submitted.cost.perUnit)
            return FinishedJob(id: job.id, result: result, price: price, earlier: job.order)
        } catch {
            // Somebody cancelled it, or fal kept its result no longer: not what the script asked for.
            guard case .fal(let cause) = error, let state = Job.State(ending: submitted.request, with: cause),
                state.name == .expired || state.name == .cancelled && cause.type != nil
            else { throw error }
            resumption.isLost(job, order, state)
            return nil
        }
    }

    /// Submits a call of a script, or takes over the earlier run's call that it is.
    package func submitOrResume(
        _ order: JobOrder, options: SubmitOptions
    ) async throws(GenerationError) -> SubmittedJob {
        if let key = order.options.key { return try await submit(order, named: key, options: options) }
        guard let resumption, let job = resumption.take(order) else {
            return try await submit(order, options: options)
        }
        let submitted = try await submitted(
            earlier: job, resumption, ContinuousClock.now + order.options.timeout)
        resumption.took(job)
        return submitted
    }

    private func submitted(
        earlier job: Job, _ resumption: Resumption, _ deadline: ContinuousClock.Instant
    ) async throws(GenerationError) -> SubmittedJob {
        var submitted: SubmittedJob
        if let known = atFal(job) {
            submitted = known
        } else if job.state.name == .unknown, !resumption.resubmitsUnknown {
            throw resumption.unknownError(job)
        } else {
            submitted = try await submit(again: job, deadline: deadline)
        }
        submitted.isResumed = true
        return submitted
    }

    /// A job of the ledger that fal has or that gave its result; nil for any other.
    func atFal(_ job: Job) -> SubmittedJob? {
        switch job.state {
        case .completed(let request, let output):
            var submitted = SubmittedJob(id: job.id, request: request, cost: job.cost)
            submitted.output = output
            recentPictures.add(PictureSource.all(of: job))
            return submitted
        case .submitted(let request): return SubmittedJob(id: job.id, request: request, cost: job.cost)
        default: return nil
        }
    }
}
