package import EventLoop
package import FalClient
internal import JSON
package import Logging

/// Runs jobs at fal and keeps the ledger of them, so that no job is paid for twice and none is lost.
///
/// The intent is durable before the first byte of a submit leaves, fal's request before anything else is done with it.
/// When the ledger cannot be written nothing more is submitted.
@LoopActor
package final class JobRunner: JobQueue {
    let client: FalClient
    let ledger: (any JobLedger)?
    package let spending: Spending
    package let run: Run
    let policy: (any JobPolicy)?
    let day: DaySums
    /// What the run takes over from earlier ones; set before its first call.
    package var resumption: Resumption?
    let logger: Logger
    /// Answers requests with kept pictures; nil where none are recorded.
    package var cache: PictureCache?
    /// Where fal posts the results of jobs that name no address of their own.
    package var webhook: String?
    var recentPictures = RecentPictures()
    let pacing: Pacing
    let gate: SubmitGate
    let callKeys = CallKeys()
    let metrics: RunMetrics?
    /// By the jobs' ids.
    var flights: [String: Flight] = [:]

    /// - Parameter ledger: nil keeps none: for measurements, and for what is sent to no fal.
    package init(
        client: FalClient, ledger: (any JobLedger)?, run: Run, logger: Logger, spending: Spending = Spending(),
        policy: (any JobPolicy)? = nil, pacing: Pacing = Pacing(), metrics: RunMetrics? = nil
    ) {
        self.metrics = metrics
        spending.metrics = metrics
        self.policy = policy
        day = DaySums(ledger: ledger, run: run)
        self.client = client
        self.ledger = ledger
        self.spending = spending
        self.run = run
        self.logger = logger
        self.pacing = pacing
        gate = SubmitGate(pacing, retry: client.settings.retry, logger: logger)
        metrics?.watch(gate)
    }

    package var hasKey: Bool { client.hasKey }

    package var baseURL: String { client.hosts.queue }

    /// The process is about to end: from now on a wait that is cancelled leaves its job at fal, for `falhost resume`.
    ///
    /// Without a ledger nobody would find the job again, and the built-in simulator ends with the process: these are
    /// cancelled still.
    package func leaveJobs() {
        client.leavesJobs = ledger != nil && run.server != Run.builtInSimulator
    }

    package func perform(_ draft: any JobDraft) async throws(GenerationError) -> FinishedJob {
        if let kept = try await keptAnswer(to: draft.order) { return kept }
        let id = Self.newID()
        let cost = try await admit(draft, as: id)
        let order = draft.order
        let deadline = ContinuousClock.now + order.options.timeout
        let options = SubmitOptions(priority: order.options.priority)
        let job = try await submit(order, as: id, cost, options, deadline, isAwaited: true)
        let result = try await result(of: job, deadline: deadline)
        return FinishedJob(
            id: job.id, result: result, price: JobOutput(result).price(perUnit: job.cost.perUnit),
            files: await keepForCache(job))
    }

    /// Records a job, submits it in its turn and records fal's request.
    ///
    /// Until then it is an intent in the ledger.
    ///
    /// - Parameters:
    ///   - deadline: of the whole job: waiting for its turn counts.
    ///   - isAwaited: whether `result` follows at once.
    package func submit(
        _ order: JobOrder, options: SubmitOptions, deadline: ContinuousClock.Instant? = nil, isAwaited: Bool = false
    ) async throws(GenerationError) -> SubmittedJob {
        let id = Self.newID()
        let cost = try await admit(FixedDraft(order), as: id)
        return try await submit(order, as: id, cost, options, deadline, isAwaited: isAwaited)
    }

    private func submit(
        _ order: JobOrder, as id: String, _ cost: JobCost, _ options: SubmitOptions,
        _ deadline: ContinuousClock.Instant?, isAwaited: Bool
    ) async throws(GenerationError) -> SubmittedJob {
        let now = Timestamp.now
        var order = order
        // Once for the ledger and the request. What cannot be written is refused by whoever needs it first.
        order.body = try? order.arguments.serialized()
        let ticket = gate.enter(pacing.line(of: order))
        let state: Job.State = gate.isAdmitted(ticket) ? .submitting : .intent
        do throws(GenerationError) {
            try await ledger?.add(
                Job(
                    id: id, run: run.id, order: order, created: now, updated: now, state: state, cost: cost,
                    key: order.options.key?.text),
                in: run, within: spending.budget.day(at: now, in: run))
        } catch {
            spending.release(id)
            gate.leave(ticket)
            throw error
        }
        let departure = Departure(
            id: id, order: order, created: now, cost: cost, ticket: ticket, unsent: .intent, recorded: state,
            isTakenUp: false)
        return try await send(departure, options, deadline, isAwaited: isAwaited)
    }

    /// Submits a job that the ledger has already: one that never left, or one of which fal knows nothing.
    ///
    /// When the submit cannot have arrived and may go better another time, the job is what it was before.
    package func submit(
        again job: Job, deadline: ContinuousClock.Instant
    ) async throws(GenerationError) -> SubmittedJob {
        let options = SubmitOptions(priority: job.order.options.priority)
        let cost = try await admit(FixedDraft(job.order), as: job.id)
        let departure = Departure(
            id: job.id, order: job.order, created: job.created, cost: cost,
            ticket: gate.enter(pacing.line(of: job.order)), unsent: job.state, recorded: job.state, isTakenUp: true)
        return try await send(departure, options, deadline, isAwaited: true)
    }

    /// Cancels a submitted job at fal.
    package func cancel(_ job: SubmittedJob) async throws(GenerationError) -> CancelOutcome {
        do throws(FalError) {
            if job.output != nil { return .alreadyCompleted }
            let outcome = try await client.cancel(job.request)
            if outcome != .alreadyCompleted { end(job, .cancelled(job.request)) }
            land(job.id)
            return outcome
        } catch {
            throw .fal(error)
        }
    }

    /// Waits for a submitted job, or takes its result when it is known to be done; see `FalClient.wait(for:deadline:onUpdate:logs:)`.
    package func result(
        of job: SubmittedJob, isCompleted: Bool = false, deadline: ContinuousClock.Instant?,
        onUpdate: (@LoopActor (QueueStatus) -> Void)? = nil, logs: Bool = false, keepsForCache: Bool = false
    ) async throws(GenerationError) -> QueueResult {
        if let output = job.output { return QueueResult(output, of: job.request) }
        attend(job.id)
        defer { land(job.id) }
        do throws(FalError) {
            let result =
                isCompleted
                ? try await client.result(of: job.request)
                : try await client.wait(for: job.request, deadline: deadline, onUpdate: onUpdate, logs: logs)
            metrics?.ran(job.id, for: result.inferenceTime)
            end(job, .completed(job.request, JobOutput(result)))
            if keepsForCache { _ = await keepForCache(job) }
            return result
        } catch {
            if let state = Job.State(ending: job.request, with: error) { end(job, state) }
            throw .fal(error)
        }
    }

    /// The job goes on at fal whatever the disk does: the request is told instead, and the next submit fails.
    func record(_ request: QueueRequest, of id: String) async {
        do {
            try await ledger?.move(id, to: .submitted(request))
        } catch {
            logger.error(
                "job \(id) is at fal as request \(request.requestID) (\(request.endpoint)), which the ledger cannot keep: \(error)"
            )
        }
    }

    private func end(_ job: SubmittedJob, _ state: Job.State) {
        spending.settle(job.id, state)
        ledger?.note(job.id, state)
        recentPictures.add(PictureSource.all(of: job, state, run: run.id))
    }

    func end(_ id: String, _ state: Job.State) async {
        spending.settle(id, state)
        do {
            try await ledger?.move(id, to: state)
        } catch {
            logger.error("the ledger cannot keep that job \(id) is \(state.name.rawValue): \(error)")
        }
    }

    /// A picture that a job of this run has just made.
    package func recentPicture(at url: String) -> PictureSource? { recentPictures[url: url] }

    /// The pictures of a job that has just ended, in fal's order; nil when it is not known here any more.
    package func recentPictures(of job: String) -> [PictureSource]? { recentPictures[job: job] }

    /// The pictures of a job are kept: only the ledger knows of them now.
    package func forgetPictures(of job: String) { recentPictures.remove(job) }

    /// 16 hexadecimal digits: a random number of the process, and a count.
    static func newID() -> String {
        count += 1
        let digits = String(processNumber &+ count, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static let processNumber = UInt64.random(in: 0...UInt64.max)
    private static var count: UInt64 = 0
}

/// A job that fal has accepted.
package struct SubmittedJob: Sendable {
    /// The ledger's id.
    package let id: String
    package let request: QueueRequest
    package let cost: JobCost
    /// Nil for a job that was not submitted here.
    package let order: JobOrder?
    package let created: Timestamp
    /// What it gave, where that is known already.
    package var output: JobOutput?
    /// An earlier run made it.
    package var isResumed = false

    package init(
        id: String, request: QueueRequest, cost: JobCost = .unknown, order: JobOrder? = nil, created: Timestamp = .now
    ) {
        self.id = id
        self.request = request
        self.cost = cost
        self.order = order
        self.created = created
    }
}

extension JobOutput {
    init(_ result: QueueResult) {
        self.init(output: result.output, billableUnits: result.billableUnits)
    }
}

extension QueueResult {
    init(_ output: JobOutput, of request: QueueRequest) {
        self.init(
            output: output.output, requestID: request.requestID, billableUnits: output.billableUnits, status: 200)
    }
}

extension FalError {
    /// True when a submit that failed so has made no job, and the same one may make it later.
    var leavesJobUnsent: Bool {
        switch code {
        case .cancelled, .network, .timeout, .rateLimited, .unauthorized, .billing, .missingAPIKey: true
        default: false
        }
    }
}

extension Job.State {
    /// What a submit that failed leaves behind.
    package init(failedSubmit error: FalError) {
        self =
            switch error.code {
            case .submitUnknown:
                .unknown(JobFailure(code: error.code.rawValue, message: error.message, requestID: error.requestID))
            case .cancelled: .cancelled(nil)
            default: .failed(nil, JobFailure(error))
            }
    }

    /// What a failed wait says of the job; nil when the job may still be there to be collected.
    package init?(ending request: QueueRequest, with error: FalError) {
        switch error.cancelOutcome {
        case .requested?, .removed?, .notFound?: self = .cancelled(request)
        case .alreadyCompleted?: return nil
        case nil where error.code == .expired: self = .expired(request)
        // Cancelled by somebody else, or by a process that did not live to note it.
        case nil where error.code == .cancelled && error.type != nil: self = .cancelled(request)
        case nil where error.endsJob: self = .failed(request, JobFailure(error))
        case nil: return nil
        }
    }
}
