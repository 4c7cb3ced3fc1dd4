import NIOCore

/// One submission; lives on the simulator's event loop.
final class Job {
    enum Phase {
        case waiting
        case running(since: NIODeadline)
        case completed
    }

    /// A state to show before the true one: for jobs that go back to the queue.
    enum Shown: String {
        case inQueue = "IN_QUEUE"
        case inProgress = "IN_PROGRESS"
        case completed = "COMPLETED"
        /// Not one of fal's.
        case paused = "PAUSED"
    }

    /// What came with the submit beside the input.
    struct Origin {
        var endpoint: String
        /// The part of the endpoint that request URLs keep: `owner/alias`.
        var app: String
        var webhook: String?
        /// The request's `x-fal-…` headers.
        var headers: [(name: String, value: String)] = []
        /// Seconds the job may wait before it starts.
        var startTimeout: Double?
    }

    let id: RequestID
    let origin: Origin
    /// The body as it was sent.
    let input: [UInt8]
    let spareSeed: Int64
    let fault: Fault?
    /// Seconds the model takes.
    let runTime: TimeAmount

    var phase = Phase.waiting
    let sent: Timestamp
    var ended: Timestamp?
    /// When it started, or was submitted as long as it waits.
    var started: Timestamp
    /// The queue time is over; the job starts when there is a place.
    var isDue = false
    var script: [Shown]
    var streams: [StatusStream] = []
    /// Set where the job ends otherwise than by running.
    var end: Outcome?

    private(set) lazy var outcome: Outcome =
        end ?? faultyOutcome
        ?? .of(
            input: input, endpoint: origin.endpoint, spareSeed: spareSeed)

    init(id: RequestID, origin: Origin, input: [UInt8], spareSeed: Int64, runTime: TimeAmount, fault: Fault?) {
        self.id = id
        self.origin = origin
        self.input = input
        self.spareSeed = spareSeed
        self.runTime = runTime
        self.fault = fault
        sent = .now
        started = sent
        script =
            switch fault?.kind {
            case .requeue: [.inProgress, .inQueue, .inProgress]
            case .unknownStatus: [.inProgress, .paused]
            default: []
            }
    }

    var isEndless: Bool { fault?.kind == .endless }

    var isCompleted: Bool {
        if case .completed = phase { return script.isEmpty }
        return false
    }

    /// The state a client sees now, scripted ones first.
    var shown: Shown {
        if let next = script.first { return next }
        return switch phase {
        case .waiting: .inQueue
        case .running: .inProgress
        case .completed: .completed
        }
    }

    /// Bytes kept in memory, roughly.
    var footprint: Int { 600 + input.count }

    private var faultyOutcome: Outcome? {
        switch fault?.kind {
        case .failed: .failed(RequestError(type: fault?.type ?? "runner_disconnected"), byUser: false)
        case .modelError: .refused([.ordered(fault?.type ?? "internal_server_error")])
        case .contentPolicy: .refused([.ordered("content_policy_violation")])
        default: nil
        }
    }
}
