import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers requests; lives on the simulator's event loop together with its jobs, files and connections.
final class Service {
    let configuration: SimulatorConfiguration
    let loop: any EventLoop
    let faults: FaultBook
    let counters: CounterBook
    let jobs: JobBook
    var files: FileShelf
    let webhooks: WebhookSender
    /// Draws pictures, so that a large one does not hold up the loop.
    let pool: NIOThreadPool
    /// What the URLs of replies begin with; set once the port is known.
    var baseURL = ""
    /// Five-second steps since the start: a time for connections that costs nothing to read.
    private(set) var clock = 0
    private var connections: [ObjectIdentifier: Connection] = [:]
    private var ids = RequestIDs()
    private var jobNumber: UInt64 = 0
    /// Direct runs under way.
    var directRuns = 0
    /// What is left of the rate, as of `lastToken`.
    var tokens = 0.0
    var lastToken: NIODeadline?

    /// Seconds of a step of `clock`.
    static let step = 5

    init(
        configuration: SimulatorConfiguration, loop: any EventLoop, pool: NIOThreadPool, faults: FaultBook,
        counters: CounterBook
    ) {
        self.configuration = configuration
        self.loop = loop
        self.pool = pool
        self.faults = faults
        self.counters = counters
        jobs = JobBook(configuration: configuration, loop: loop, pool: pool)
        files = FileShelf(capacity: configuration.keptUploadBytes)
        webhooks = WebhookSender(configuration: configuration, loop: loop, faults: faults, counters: counters)
        jobs.onEnd = { [unowned self] in announceEnd(of: $0) }
        sweep()
    }

    /// Bytes the body of a request may have.
    func limit(of head: HTTPRequestHead) -> Int {
        head.uri.hasPrefix("/files/") ? configuration.maximumUpload : configuration.maximumInput
    }

    func nextID() -> RequestID { ids.next() }

    /// The seed of the next job that brings none: 32 bits made of the simulator's seed and the job's number.
    func nextSpareSeed() -> Int64 {
        jobNumber += 1
        return Int64(SplitMix.mix(configuration.seed &+ jobNumber &* 0x9E37_79B9_7F4A_7C15) >> 32)
    }

    func answer(_ request: Request, on connection: Connection) {
        let route = Route(request)
        counters.count(route.kind, isAuthorized: request.authorization != nil)
        let fault = fault(for: route)
        if let fault {
            counters.countFault()
            if preempt(fault, route: route, on: connection) { return }
        }
        if let refusal = refusal(of: request, route: route) { return deliver(.reply(refusal), fault, on: connection) }
        deliver(handle(request, route: route, fault: fault), fault, on: connection)
    }

    private func handle(_ request: Request, route: Route, fault: Fault?) -> Handling {
        switch route {
        case .submit(let application):
            guard request.method == .POST else { return .reply(Self.methodNotAllowed) }
            return .reply(submit(request, to: application, fault: fault))
        case .run(let application):
            guard request.method == .POST else { return .reply(Self.methodNotAllowed) }
            return run(request, application, fault: fault)
        case .events(let application):
            guard request.method == .POST else { return .reply(Self.methodNotAllowed) }
            return events(request, application, fault: fault)
        case .job(let action, let id, _):
            guard request.method == (action == .cancel ? .PUT : .GET) else { return .reply(Self.methodNotAllowed) }
            guard let id = RequestID(id), let job = jobs[id] else { return .reply(.jobNotFound) }
            switch action {
            case .status: return .reply(status(of: job, withLogs: request.isOn("logs")))
            case .stream: return .statusStream(job, withLogs: request.isOn("logs"))
            case .result: return result(of: job, fault: fault)
            case .cancel: return .reply(cancel(job))
            }
        case .storage(let action): return store(request, action)
        case .listing:
            guard request.method == .GET else { return .reply(Self.methodNotAllowed) }
            return .reply(listing(request))
        case .models:
            guard request.method == .GET else { return .reply(Self.methodNotAllowed) }
            return .reply(models(request))
        case .keySet:
            guard request.method == .GET else { return .reply(Self.methodNotAllowed) }
            return .reply(keySet)
        case .admin(let path): return .reply(administer(request, path))
        case .index: return .reply(index)
        case .unknown: return .reply(.detail(404, "Path \(request.path) not found"))
        }
    }

    static let methodNotAllowed = Reply.detail(405, "Method Not Allowed")

    private var index: Reply {
        Reply(
            text: """
                falhost simulator: answers as fal.ai does, without models and without cost.

                queue, storage   FALHOST_BASE_URL=\(baseURL)
                direct run       \(baseURL)/run/{endpoint}
                requests so far  \(baseURL)/v1/models/requests/by-endpoint?endpoint_id={endpoint}
                webhooks' keys   \(baseURL)/.well-known/jwks.json
                order a fault    curl -d 'submit:429:retry-after=1' \(baseURL)/_simulator/faults
                known faults     \(baseURL)/_simulator/faults
                counters         \(baseURL)/_simulator/counters
                one job          \(baseURL)/_simulator/jobs/{request id}

                """)
    }
}

/// How a request is answered.
enum Handling {
    case reply(Reply)
    /// Once `loop` has it.
    case later(EventLoopFuture<Reply>)
    case statusStream(Job, withLogs: Bool)
    /// Events of a direct run: each is one document; the last comes after the run time.
    case events([ByteBuffer], RequestID)
}

extension Service {
    func opened(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = connection
        counters.countConnection()
    }

    func closed(_ connection: Connection) {
        connections[ObjectIdentifier(connection)] = nil
    }

    /// Every open connection; what they have already written still leaves.
    func closeAll() {
        for connection in connections.values { connection.closeAfterWrites() }
    }

    var openConnections: Int { connections.count }

    /// Closes connections that were idle too long, and those that wait far beyond any client's patience.
    private func sweep() {
        loop.assumeIsolated().scheduleTask(in: .seconds(Int64(Self.step))) { [weak self] in
            guard let self else { return }
            clock += 1
            let idleSteps = max(Int(configuration.idleTimeout.components.seconds) / Self.step, 1)
            for connection in connections.values {
                let steps = clock - connection.lastActive
                if steps > (connection.isWaiting ? idleSteps * 10 : idleSteps) { connection.close() }
            }
            sweep()
        }
    }
}
