import EventLoop
import FalClient
import HTTPTransport
import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientCancellationTests {
    @Test(arguments: [0, 256]) func `a passed deadline cancels the job and tells its id`(streams: Int) async throws {
        var settings = FalClientSettings.quick
        settings.maximumStatusStreams = streams
        try await withSimulator(["job:endless"], settings: settings) { client, simulator in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let error = try await falError {
                _ = try await client.wait(for: request, deadline: .now + .milliseconds(150))
            }
            #expect(error.code == .timeout && error.requestID == request.requestID && error.endpoint == fluxLora)
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test(arguments: [0, 256]) func `a cancelled task cancels the job and tells its id`(streams: Int) async throws {
        var settings = FalClientSettings.quick
        settings.maximumStatusStreams = streams
        try await withSimulator(["job:endless"], settings: settings) { client, simulator in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let (seen, started) = AsyncStream.makeStream(of: Void.self)
            let waiting = LoopActor.spawn {
                _ = try await client.wait(for: request, onUpdate: { _ in started.yield() })
            }
            for await _ in seen.prefix(1) {}
            waiting.cancel()
            let error = try await falError { try await waiting.value }
            #expect(error.code == .cancelled && error.requestID == request.requestID)
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test func `a job that is done when the deadline passes still gives its result`() async throws {
        try await withSimulator(["stream:hang:times=9", "status:hang:times=9"]) { client, _ in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let result = try await client.wait(for: request, deadline: .now + .milliseconds(100))
            #expect(result.output["seed"] == 7)
        }
    }

    @Test func `a submit under way is heard to its end when its task is cancelled`() async throws {
        try await withSimulator(["submit:late:ms=200", "job:endless"]) { client, simulator in
            let endpoint = try EndpointID(fluxLora)
            let submitting = LoopActor.spawn { try await client.subscribe(endpoint, arguments: catPrompt) }
            while simulator.counters()[.submit] == 0 { try await LoopActor.sleep(for: .milliseconds(1)) }
            submitting.cancel()
            let error = try await falError { _ = try await submitting.value }
            #expect(error.code == .cancelled && error.requestID?.isEmpty == false)
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test func `a submit that hangs after its task was cancelled is unknown`() async throws {
        var settings = FalClientSettings.quick
        settings.submitGrace = .milliseconds(50)
        settings.deadlines = .init()
        try await withSimulator(["submit:hang"], settings: settings) { client, simulator in
            let endpoint = try EndpointID(fluxLora)
            let submitting = LoopActor.spawn { try await client.submit(endpoint, arguments: catPrompt) }
            while simulator.counters()[.submit] == 0 { try await LoopActor.sleep(for: .milliseconds(1)) }
            submitting.cancel()
            #expect(try await falError { _ = try await submitting.value }.code == .submitUnknown)
        }
    }

    @Test func `a task that is cancelled before its submit sends nothing`() async throws {
        try await withSimulator { client, simulator in
            let endpoint = try EndpointID(fluxLora)
            let submitting = LoopActor.spawn {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await client.submit(endpoint, arguments: catPrompt)
            }
            #expect(try await falError { _ = try await submitting.value }.code == .cancelled)
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `a server that is not there is a network error`() async throws {
        let hosts = try FalHosts(baseURL: "http://127.0.0.1:1")
        let client = FalClient(
            transport: CurlTransport(), hosts: hosts, credentials: try FalCredentials(testKey), settings: .quick)
        let error = try await falError { _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt) }
        #expect(error.code == .network && error.retryable)
    }
}
