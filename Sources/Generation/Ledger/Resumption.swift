package import EventLoop
package import FalClient

/// What a run takes over from earlier runs of its script, and what it tells of it.
@LoopActor
package final class Resumption {
    /// The run that is resumed: the last of the chain.
    package let run: Run
    package let chain: [Run]
    /// Whether a call of which nobody knows whether fal has it is submitted again: it may then be paid for twice.
    let resubmitsUnknown: Bool
    /// Why jobs are unknown still, by their ids.
    private let reasons: [String: String]
    private var calls: EarlierCalls
    private let tell: @LoopActor @Sendable (String) -> Void
    private var counts = ResumptionCounts()

    /// Reads what the chain's runs did, and asks fal for the jobs of which nobody knows whether they arrived.
    ///
    /// - Parameters:
    ///   - chain: runs that this process has in hand and whose jobs were sent to the client's server, oldest first.
    ///   - tell: gets a line for people for each call that is submitted although an earlier run had one in its place.
    package init(
        _ run: Run, chain: [Run], client: FalClient, ledger: any JobLedger, resubmitsUnknown: Bool,
        tell: @escaping @LoopActor @Sendable (String) -> Void
    ) async throws(GenerationError) {
        self.run = run
        self.chain = chain
        self.resubmitsUnknown = resubmitsUnknown
        self.tell = tell
        var jobs: [Job] = []
        for run in chain { jobs += try await ledger.jobs(JobFilter(run: run.id)).reversed() }
        let reconciliation = Reconciliation(client: client, ledger: ledger)
        let settled = try await reconciliation.settled(jobs) { job in
            tell("job \(job.id): fal has it after all, as request \(job.state.request?.requestID ?? "")")
        }
        // A call with a key finds its job by that, whatever run it is of.
        calls = EarlierCalls(settled.map(\.0).filter { $0.key == nil })
        reasons = Dictionary(uniqueKeysWithValues: settled.compactMap { job, reason in reason.map { (job.id, $0) } })
    }

    /// Takes the runs in hand, so that no other process works on their jobs; returns the first that another one has.
    package static func claim(_ chain: [Run], in ledger: any JobLedger) async throws(GenerationError) -> Run? {
        for run in chain where try await !ledger.claim(run.id) { return run }
        return nil
    }

    /// The earlier job that a call is, or nil when the call is to be submitted as one of this run.
    func take(_ order: JobOrder) -> Job? {
        switch calls.take(order) {
        case .same(let job): return job
        case .ended(let job):
            submittedAnew(order, "in run \(job.run) it \(Self.ending(of: job.state))")
        case .changed(let job, let names):
            let verb = names.count == 1 ? "differs" : "differ"
            submittedAnew(
                order, "\(names.joined(separator: ", ")) \(verb) from the call that run \(job.run) made here")
        case .new: counts.new += 1
        }
        return nil
    }

    /// The job was at fal, but fal gives no result of it.
    func isLost(_ job: Job, _ order: JobOrder, _ state: Job.State) {
        submittedAnew(order, "in run \(job.run) it \(Self.ending(of: state))")
    }

    /// A result, or the end of a wait for one, was taken over.
    func took(_ job: Job) {
        switch job.state {
        case .completed: counts.fromLedger += 1
        case .submitted: counts.collected += 1
        default: counts.sentLate += 1
        }
    }

    /// Why a call is not submitted whose earlier submit may have arrived.
    func unknownError(_ job: Job) -> GenerationError {
        let reason = reasons[job.id].map { " (\($0))" } ?? ""
        counts.unknown += 1
        return .fal(
            FalError(
                .submitUnknown,
                """
                run \(job.run) submitted this call as job \(job.id), and it is unknown whether fal has it\(reason): \
                resume again later, or with --resubmit-unknown, which may pay for it twice
                """, endpoint: job.order.endpoint.description))
    }

    private func submittedAnew(_ order: JobOrder, _ reason: String) {
        counts.anew += 1
        tell("\(order.place?.position.map { "\($0): " } ?? "")submitted anew: \(reason)")
    }

    private static func ending(of state: Job.State) -> String {
        switch state {
        case .failed(_, let failure): "failed: \(failure.message) [\(failure.code)]"
        case .expired: "ended, and fal does not keep its result any more"
        case .cancelled: "was cancelled"
        default: "is \(state.name.rawValue)"
        }
    }

    /// `resumed run 20261122-192005-3f9a: 37 results from the ledger, 2 collected from fal, 3 submitted anew`.
    package var summary: String {
        let open = calls.leftOpen
        let jobs = "\(open) earlier job\(open == 1 ? "" : "s")"
        let rest = open == 0 ? "" : "; falhost resume finishes \(jobs) that no call asked for"
        return "resumed run \(run.id): \(counts.text(leftOver: calls.leftOver))\(rest)"
    }
}

/// How the calls of a resumed run came to their results.
struct ResumptionCounts: Sendable {
    var fromLedger = 0
    var collected = 0
    /// Jobs of an earlier run that were submitted now for the first time, or again as the operator wants it.
    var sentLate = 0
    var unknown = 0
    var anew = 0
    var new = 0

    func text(leftOver: Int) -> String {
        let parts = [
            (collected, "collected from fal"), (sentLate, "submitted that had not been before"),
            (unknown, "unknown to be at fal"), (anew, "submitted anew"), (new, "submitted for the first time"),
            (leftOver, "not asked for again"),
        ]
        let results = "\(fromLedger) result\(fromLedger == 1 ? "" : "s") from the ledger"
        return ([results] + parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }).joined(separator: ", ")
    }
}
