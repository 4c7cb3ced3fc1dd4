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

    /// How far a job that trains has come.
    enum Training {
        /// The archive is still to be read.
        case unread(TrainingSet)
        case read(TrainedModel)
        /// It ends, or has ended, without giving a model; the lines it has printed until then.
        case ended(TrainedModel?, logs: Int)
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
    private(set) var runTime: TimeAmount

    var phase = Phase.waiting
    let sent: Timestamp
    var ended: Timestamp?
    /// When it started, or was submitted as long as it waits.
    var started: Timestamp
    /// The queue time is over; the job starts when there is a place.
    var isDue = false
    var script: [Shown]
    /// How its webhook fares, for people; nil without one, and before the end.
    var webhookState: String?
    var streams: [StatusStream] = []
    /// Set where the job ends otherwise than by running, and by training.
    var end: Outcome?
    /// What it gives, once that was asked for.
    var outcome: Outcome?
    /// Nil for jobs that make pictures.
    private(set) var training: Training?

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

    /// Makes it a training; refused input ends it as soon as it starts.
    func train(_ set: Result<TrainingSet, Outcome.Refusal>) {
        switch set {
        case .success(let set): training = .unread(set)
        case .failure(let refusal): refuseTraining(.refused(refusal.errors))
        }
    }

    /// The archive is read; what a fault says goes before what was learned.
    func learn(_ outcome: Outcome) {
        guard case .unread = training else { return }
        switch outcome {
        case .loraFiles(let model), .finetune(let model):
            training = .read(model)
            end = faultyOutcome ?? outcome
        case .images, .refused, .failed: refuseTraining(outcome)
        }
    }

    /// Counts the lines that a training has printed, when it ends before it gives its model.
    func settleLogs() {
        switch (training, end) {
        case (nil, _), (.read, .loraFiles), (.read, .finetune): break
        case (.read(let model), _): training = .ended(model, logs: visibleLogs)
        case (.unread, _), (.ended, _): training = .ended(nil, logs: visibleLogs)
        }
    }

    private func refuseTraining(_ outcome: Outcome) {
        training = .ended(nil, logs: 1)
        end = faultyOutcome ?? outcome
        runTime = .zero
    }

    /// Bytes kept in memory, roughly.
    var footprint: Int { 600 + input.count }

    /// What the fault says it gives.
    var faultyOutcome: Outcome? {
        switch fault?.kind {
        case .failed: .failed(RequestError(type: fault?.type ?? "runner_disconnected"), byUser: false)
        case .modelError: refused(fault?.type ?? "internal_server_error")
        case .contentPolicy: refused("content_policy_violation")
        case .noLongerSupported: refused("feature_not_supported")
        default: nil
        }
    }

    private func refused(_ type: String) -> Outcome {
        let trainer = EndpointSchemas.schema(of: origin.endpoint).trainer
        return .refused([.ordered(type, at: trainer?.data ?? "prompt")])
    }
}
