import EventLoop
import HTTPTransport
import JSON
import Simulator
import TestSupport
import Testing

@testable import FalClient

let testKey = "11112222-test:s3cret-part-of-the-key"
let fluxLora = "fal-ai/flux-lora"
let catPrompt: JSONObject = ["prompt": "a cat", "seed": 7]

extension FalClientSettings {
    /// Short pauses and deadlines, for a server on loopback.
    static var quick: FalClientSettings {
        var settings = FalClientSettings.withShortPauses(attempts: 4)
        settings.retry.maximumAttemptsForJob = 5
        settings.deadlines = .init(connect: .seconds(5), idle: .seconds(1), total: .seconds(5))
        settings.streamIdle = .milliseconds(500)
        settings.cancelDeadline = .seconds(2)
        settings.submitGrace = .seconds(1)
        settings.maximumResponseSize = 1 << 20
        settings.maximumEventSize = 1 << 20
        return settings
    }
}

/// Runs `body` with a client of a simulator that has the given faults.
@LoopActor
func withSimulator(
    _ faults: [String] = [], settings: FalClientSettings = .quick,
    configure: (inout SimulatorConfiguration) -> Void = { _ in },
    _ body: @LoopActor (FalClient, Simulator) async throws -> Void
) async throws {
    var configuration = SimulatorConfiguration()
    configuration.faults = try faults.map { try Fault(parsing: $0) }
    configure(&configuration)
    let simulator = try await Simulator.start(configuration)
    let client = FalClient(
        transport: CurlTransport(), hosts: try FalHosts(baseURL: simulator.baseURL),
        credentials: try FalCredentials(testKey), settings: settings)
    do {
        try await body(client, simulator)
    } catch {
        await simulator.stop()
        throw error
    }
    await simulator.stop()
}

/// The error that `body` throws; fails the test when it throws none.
@LoopActor
func falError(_ body: @LoopActor () async throws -> Void) async throws -> FalError {
    do {
        try await body()
    } catch let error as FalError {
        #expect(!"\(error)".contains("s3cret"))
        return error
    }
    Issue.record("no error came")
    throw CancellationError()
}
