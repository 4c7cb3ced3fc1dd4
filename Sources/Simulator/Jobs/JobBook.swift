import NIOCore
import NIOPosix

/// All jobs: which wait, which run, which are kept after their end; lives on the simulator's event loop.
final class JobBook {
    private let configuration: SimulatorConfiguration
    private let loop: any EventLoop
    /// Reads archives.
    private let pool: NIOThreadPool
    private var jobs: [RequestID: Job] = [:]
    /// In the order of their submits.
    private(set) var waiting: [Job] = []
    private(set) var running = 0
    /// Oldest first.
    private var kept = CircularBuffer<RequestID>()
    private var keptBytes = 0

    /// Called when a job that was submitted has ended.
    var onEnd: ((Job) -> Void)?
    /// What completed trainings have made.
    private(set) var trained = TrainedShelf()

    init(configuration: SimulatorConfiguration, loop: any EventLoop, pool: NIOThreadPool) {
        self.configuration = configuration
        self.loop = loop
        self.pool = pool
    }

    /// Bytes of the jobs that are not completed.
    private(set) var openBytes = 0

    /// Jobs that are not completed.
    var openCount: Int { jobs.count - kept.count }

    subscript(id: RequestID) -> Job? { jobs[id] }

    /// The jobs of an endpoint that were sent from `start` to `end`, newest first.
    func jobs(of endpoint: String, from start: Timestamp?, until end: Timestamp?) -> [Job] {
        jobs.values
            .filter { job in
                job.origin.endpoint == endpoint && start.map { $0.microseconds <= job.sent.microseconds } ?? true
                    && end.map { job.sent.microseconds <= $0.microseconds } ?? true
            }
            .sorted { ($0.sent.microseconds, $0.id.low) > ($1.sent.microseconds, $1.id.low) }
    }

    func submit(_ job: Job) {
        jobs[job.id] = job
        openBytes += job.footprint
        guard configuration.queueTime > .zero || !hasPlace || !waiting.isEmpty else { return start(job) }
        waiting.append(job)
        after(.of(configuration.queueTime)) { [weak self, weak job] in
            job?.isDue = true
            self?.startDueJobs()
        }
        guard let seconds = job.origin.startTimeout else { return }
        after(.nanoseconds(Int64(min(max(seconds, 0), 1e6) * 1e9))) { [weak self, weak job] in
            guard let self, let job, case .waiting = job.phase else { return }
            job.end = .failed(RequestError(type: "request_timeout"), byUser: true)
            complete(job)
        }
    }

    /// Keeps a job that was run outside the queue, so that its pictures can be fetched.
    func keepCompleted(_ job: Job) {
        jobs[job.id] = job
        if case .loraFiles(let model) = job.end { trained.put(model, id: job.id) }
        job.phase = .completed
        job.ended = .now
        keep(job)
    }

    func position(of job: Job) -> Int {
        waiting.firstIndex { $0 === job } ?? 0
    }

    /// Ends a job that waits or runs.
    func cancel(_ job: Job) {
        job.end = .failed(RequestError(type: "client_cancelled"), byUser: false)
        job.script = []
        complete(job)
    }

    private var hasPlace: Bool { configuration.maximumRunning.map { running < $0 } ?? true }

    private func startDueJobs() {
        while hasPlace, let index = waiting.firstIndex(where: \.isDue) {
            start(waiting.remove(at: index))
        }
    }

    private func start(_ job: Job) {
        running += 1
        job.started = .now
        job.phase = .running(since: .now())
        if job.isEndless { return notify(job) }
        guard let reading = reading(for: job) else { return finish(job) }
        notify(job)
        reading.assumeIsolated().whenComplete { [weak self] _ in self?.finish(job) }
    }

    /// Reads the archive of a job that trains; nil when there is none to be read.
    func reading(for job: Job) -> EventLoopFuture<Void>? {
        guard case .unread(let set) = job.training else { return nil }
        let job = NIOLoopBound(job, eventLoop: loop)
        return pool.runIfActive(eventLoop: loop) { set.learn() }.map { job.value.learn($0) }
    }

    /// Ends a job that runs once its time has passed; what it took to read an archive is a part of that.
    private func finish(_ job: Job) {
        guard case .running(let since) = job.phase else { return }
        let end = since + job.runTime
        guard end > .now() else { return complete(job) }
        notify(job)
        after(end - .now()) { [weak self, weak job] in
            if let job { self?.complete(job) }
        }
    }

    private func complete(_ job: Job) {
        if case .completed = job.phase { return }
        job.settleLogs()
        if case .loraFiles(let model) = job.end { trained.put(model, id: job.id) }
        switch job.phase {
        case .completed: return
        case .running: running -= 1
        case .waiting: waiting.removeAll { $0 === job }
        }
        job.phase = .completed
        job.ended = .now
        openBytes -= job.footprint
        keep(job)
        notify(job)
        onEnd?(job)
        if !waiting.isEmpty { startDueJobs() }
    }

    private func notify(_ job: Job) {
        for stream in job.streams { stream.push() }
    }

    private func keep(_ job: Job) {
        kept.append(job.id)
        keptBytes += job.footprint
        while kept.count > configuration.keptJobs || keptBytes > configuration.keptJobBytes, kept.count > 1 {
            let oldest = kept.removeFirst()
            if let job = jobs.removeValue(forKey: oldest) { keptBytes -= job.footprint }
        }
    }

    private func after(_ time: TimeAmount, _ action: @escaping () -> Void) {
        loop.assumeIsolated().scheduleTask(in: time, action)
    }
}

extension TimeAmount {
    /// At most about thirty years: the nanoseconds must fit.
    static func of(_ duration: Duration) -> TimeAmount {
        let (seconds, attoseconds) = min(duration, .seconds(1_000_000_000)).components
        return .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
