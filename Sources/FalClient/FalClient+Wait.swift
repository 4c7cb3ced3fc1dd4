import EventLoop
package import JSON

extension FalClient {
    /// Waits for a job and gives its output: two requests, the status stream and the result.
    ///
    /// When `deadline` passes or the task is cancelled the job is cancelled at fal (a cancelled task leaves it where
    /// `leavesJobs` says so), and the error (`timeout`, `cancelled`) carries the request id; if it turns out that the job
    /// was done by then, a passed deadline still gives its result. Other errors leave the job alone: it can be asked for
    /// again.
    package func wait(
        for request: QueueRequest, deadline: ContinuousClock.Instant? = nil,
        onUpdate: (@LoopActor (QueueStatus) -> Void)? = nil, logs: Bool = false
    ) async throws(FalError) -> QueueResult {
        do throws(FalError) {
            return try await follow(request, deadline, logs, onUpdate)
        } catch {
            if error.isFinal || error.endsJob { throw error.of(request) }
            if Task.isCancelled, leavesJobs {
                throw FalError(.cancelled, "nobody waits any more; the job goes on at fal").of(request)
            }
            if Task.isCancelled {
                let outcome = await cancelAnyway(request)
                var error = FalError(.cancelled, "cancelled; \(Self.words(for: outcome))")
                error.cancelOutcome = outcome
                throw error.of(request)
            }
            if let deadline, deadline <= .now { return try await result(afterDeadlineOf: request) }
            throw error.of(request)
        }
    }

    /// `submit` and `wait`; the job is not to start after `deadline` unless `options` has a start timeout of its own.
    package func subscribe(
        _ endpoint: EndpointID, arguments: JSONObject, options: SubmitOptions = SubmitOptions(),
        deadline: ContinuousClock.Instant? = nil,
        onUpdate: (@LoopActor (QueueStatus) -> Void)? = nil, logs: Bool = false
    ) async throws(FalError) -> QueueResult {
        let request = try await submit(
            endpoint, arguments: arguments, options: options.startingBefore(deadline), deadline: deadline)
        return try await wait(for: request, deadline: deadline, onUpdate: onUpdate, logs: logs)
    }

    func follow(
        _ request: QueueRequest, _ deadline: ContinuousClock.Instant?, _ logs: Bool,
        _ onUpdate: (@LoopActor (QueueStatus) -> Void)?
    ) async throws(FalError) -> QueueResult {
        let events = events(of: request, logs: logs, deadline: deadline)
        while let status = try await events.next() {
            onUpdate?(status)
            guard case .completed(let time, let error, let type) = status.state else { continue }
            if var result = try await collect(request, error, type, deadline) {
                result.inferenceTime = time
                return result
            }
            events.reopen()
        }
        throw FalError(.malformedResponse, "the job's events ended without its completion").of(request)
    }

    /// The result of a completed job, or its error; nil when fal says that it is still in progress after all.
    private func collect(
        _ request: QueueRequest, _ error: String?, _ type: String?, _ deadline: ContinuousClock.Instant?
    ) async throws(FalError) -> QueueResult? {
        if error == nil, type == nil { return try await resultIfReady(of: request, deadline: deadline) }
        let jobError = FalError(jobError: error, type: type, of: request)
        // The result would say the same, which means less there: it would be asked for again and again.
        if FalError.isOfPlatform(type) { throw jobError }
        do throws(FalError) {
            if try await resultIfReady(of: request, deadline: deadline) == nil { return nil }
            throw jobError
        } catch {
            guard error.type == nil || FalError.isOfPlatform(error.type) else { throw error }
            // The result says more than the status, unless it could not be had.
            switch error.code {
            case .network, .malformedResponse, .expired, .serverError: throw jobError
            default:
                var error = error
                error.type = type
                throw error
            }
        }
    }

    private func result(afterDeadlineOf request: QueueRequest) async throws(FalError) -> QueueResult {
        let outcome = await cancelAnyway(request)
        if outcome == .alreadyCompleted {
            let deadline = ContinuousClock.now + settings.cancelDeadline
            if let result = try await resultIfReady(of: request, deadline: deadline) { return result }
        }
        let message = "the job was not done in time; \(Self.words(for: outcome))"
        var error = FalError(.timeout, message, retryable: true)
        error.cancelOutcome = outcome
        throw error.of(request)
    }

    private static func words(for outcome: CancelOutcome?) -> String {
        switch outcome {
        case .requested, .removed: "fal was asked to cancel the job"
        case .alreadyCompleted: "it was too late to cancel the job"
        case .notFound: "fal does not know the job any more"
        case nil: "fal could not be asked to cancel the job"
        }
    }

    /// Cancels a job whatever becomes of the calling task, in bounded time; nil when fal could not be told.
    private func cancelAnyway(_ request: QueueRequest) async -> CancelOutcome? {
        let deadline = ContinuousClock.now + settings.cancelDeadline
        let cancelling = LoopActor.spawn { try await self.cancel(request, deadline: deadline) }
        return try? await cancelling.value
    }
}

extension FalError {
    /// True when fal will not speak of the job: to cancel it would change nothing.
    fileprivate var isFinal: Bool {
        switch code {
        case .unauthorized, .billing, .expired, .endpointNotFound, .missingAPIKey: true
        default: false
        }
    }
}
