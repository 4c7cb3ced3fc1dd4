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

@testable import Training

/// A training service over a real database, a real client and a simulator; each `process` is one that finds what others left.
@LoopActor
final class TestTraining {
    let simulator: Simulator
    let folder: TrainingFolder
    private(set) var ledgers: [LedgerDatabase] = []
    var clientSettings = FalClientSettings.withShortPauses(attempts: 3)

    private init(_ simulator: Simulator) throws {
        self.simulator = simulator
        folder = try TrainingFolder()
    }

    static func with(
        _ faults: [String] = [], _ configuration: SimulatorConfiguration = .init(),
        _ body: @LoopActor (TestTraining) async throws -> Void
    ) async throws {
        var configuration = configuration
        configuration.faults = try faults.map { try Fault(parsing: $0) }
        let simulator = try await Simulator.start(configuration)
        let result: Result<Void, any Error>
        do {
            let training = try TestTraining(simulator)
            try await body(training)
            for ledger in training.ledgers { try await ledger.close() }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await simulator.stop()
        try result.get()
    }

    struct Process: Sendable {
        let service: TrainingService
        let ledger: LedgerDatabase
        let avatars: AvatarDatabase
        let client: FalClient
        let runner: JobRunner

        func avatar(_ id: String) async throws -> Avatar? { try await avatars.avatar(id: id) }
    }

    func process(budget: Budget = Budget(), testMode: Bool = false, key: String? = "a:b") throws -> Process {
        let path = folder.path + "/data/falhost.db"
        let client = FalClient(
            transport: CurlTransport(), hosts: try FalHosts(baseURL: simulator.baseURL),
            credentials: try key.map { (key) throws(FalError) in try FalCredentials(key) }, settings: clientSettings)
        let (ledger, avatars) = (LedgerDatabase(path: path), AvatarDatabase(path: path))
        ledgers.append(ledger)
        let runner = JobRunner(
            client: client, ledger: ledger,
            run: Run(id: Run.newID(), started: .now, script: "train", server: client.hosts.queue),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            spending: Spending(budget: budget, prices: .published))
        let service = TrainingService(
            client: client, jobs: runner, ledger: ledger, avatars: avatars, presets: FixedPresets(),
            folder: folder.path + "/data",
            settings: TrainingService.Settings(prices: .published, testMode: testMode))
        return Process(service: service, ledger: ledger, avatars: avatars, client: client, runner: runner)
    }

    func request(_ type: TrainingType = .portrait, photos: Int = 4, name: String = "Anna") throws -> TrainingRequest {
        let set = folder.path + "/photos"
        if !FileManager.default.fileExists(atPath: set) {
            for number in 0..<photos { try folder.add("photos/\(number).png", TrainingFolder.png(number)) }
        }
        return TrainingRequest(type: type, photos: [set], name: name, trigger: "TOK_\(name)")
    }
}

/// `balanced` alone.
final class FixedPresets: TrainingPresetSource {
    func trainingPresetNames() -> [String] { ["balanced"] }

    func trainingPreset(named name: String) throws(GenerationError) -> TrainingPreset {
        TrainingPreset(
            name: name, values: [:],
            valuesByType: [.portrait: ["steps": 100], .style: ["steps": 500, "iterations": 300]], file: "balanced.lua")
    }
}

/// What a call that must fail throws.
func generationError(_ body: () async throws(GenerationError) -> Void) async -> GenerationError? {
    do throws(GenerationError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
