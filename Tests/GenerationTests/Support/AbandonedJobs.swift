import EventLoop
import FalClient
import Foundation
import Generation
import HTTPTransport
import JSON
import Logging
import Simulator
import Store
import TestSupport

/// A real ledger and client over a simulator, for jobs that one process leaves behind and another one takes up.
@LoopActor
final class AbandonedJobs {
    let simulator: Simulator
    let client: FalClient
    /// The ledger as the process has it that made the jobs.
    let ledger: LedgerDatabase
    let run: Run
    private let folder: TemporaryFolder
    private let logger = Logger(label: "test") { _ in LogLines() }

    private init(_ simulator: Simulator) throws {
        self.simulator = simulator
        folder = try TemporaryFolder()
        var settings = FalClientSettings.withShortPauses(attempts: 4)
        settings.retry.maximumAttemptsForJob = 5
        settings.deadlines = .init(connect: .seconds(5), idle: .milliseconds(500), total: .seconds(2))
        settings.streamIdle = .milliseconds(300)
        settings.maximumResponseSize = 1 << 20
        client = FalClient(
            transport: CurlTransport(), hosts: try FalHosts(baseURL: simulator.baseURL),
            credentials: try FalCredentials("a:b"), settings: settings)
        ledger = LedgerDatabase(path: "\(folder.path)/falhost.db")
        run = Run(id: Run.newID(), started: .now, script: "test", server: client.hosts.queue)
    }

    static func with(
        _ faults: [String] = [], _ configuration: SimulatorConfiguration = .init(),
        _ body: @LoopActor (AbandonedJobs) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.faults = try faults.map { try Fault(parsing: $0) }
        let simulator = try await Simulator.start(configuration)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(try AbandonedJobs(simulator)))
        } catch {
            result = .failure(error)
        }
        await simulator.stop()
        try result.get()
    }

    var runner: JobRunner { runner(Pacing()) }

    func runner(_ pacing: Pacing) -> JobRunner {
        JobRunner(client: client, ledger: ledger, run: run, logger: logger, pacing: pacing)
    }

    func order(seed: Int64? = 7, timeout: Duration = .seconds(20), endpoint: String = "fal-ai/flux-lora") throws
        -> JobOrder
    {
        var arguments: JSONObject = ["prompt": "x", "image_size": ["width": 16, "height": 16]]
        arguments["seed"] = seed.map { .integer($0) }
        return JobOrder(
            endpoint: try EndpointID(endpoint), arguments: arguments, options: JobOptions(timeout: timeout),
            subject: nil)
    }

    /// A row as a process leaves it that is killed in this state.
    @discardableResult
    func leave(_ state: Job.State, id: String = "a", order: JobOrder? = nil) async throws -> Job {
        let now = Timestamp.now
        let order = try order ?? self.order()
        let job = Job(id: id, run: run.id, order: order, created: now, updated: now, state: .submitting)
        try await ledger.add(job, in: run)
        if state != .submitting { try await ledger.move(id, to: state) }
        return job
    }

    /// The process is gone.
    func die() async throws {
        try await ledger.flush()
        await ledger.release(run.id)
    }

    /// What another process makes of the jobs.
    func recover(
        _ options: JobRecovery.Options = .init(), client: FalClient? = nil, run: String? = nil,
        pacing: Pacing = Pacing()
    ) async throws -> (jobs: [RecoveredJob], left: LeftJobs) {
        let other = LedgerDatabase(path: "\(folder.path)/falhost.db")
        let client = client ?? self.client
        let runner = JobRunner(
            client: client, ledger: other,
            run: Run(id: Run.newID(), started: .now, script: "resume", server: client.hosts.queue), logger: logger,
            pacing: pacing)
        let path = folder.path
        let recovery = JobRecovery(client: client, ledger: other, runner: runner, options: options) {
            (source) throws(GenerationError) in
            let name = source.url.split(separator: "/").suffix(2).joined(separator: "-")
            do throws(FalError) {
                return try await client.download(source.url, to: "\(path)/\(name)").path
            } catch {
                throw .fal(error)
            }
        }
        let told = Locked<[RecoveredJob]>([])
        let left = try await recovery.recover(run: run) { job in told.withLock { $0.append(job) } }
        return (told.withLock { $0 }, left)
    }

    func state(_ id: String = "a") async throws -> Job.State? { try await ledger.job(id)?.state }

    /// Whether a whole picture comes from an address; what goes wrong on the way is thrown.
    func fetch(_ url: String?) async throws -> Bool {
        guard let url else { return false }
        let path = "\(folder.path)/picture"
        _ = try await client.download(url, to: path)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return bytes.starts(with: [0xFF, 0xD8]) && bytes.suffix(2) == Data([0xFF, 0xD9])
    }
}
