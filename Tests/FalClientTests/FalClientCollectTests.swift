import EventLoop
import FalClient
import JSON
import Simulator
import Testing

/// Waiting that leaves the job alone.
@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientCollectTests {
    @Test func `a passed deadline leaves the job running`() async throws {
        try await withSimulator(["job:endless"]) { client, simulator in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let error = try await falError {
                _ = try await client.collect(request, deadline: .now + .milliseconds(100))
            }
            #expect(error.code == .timeout && error.type == nil && error.requestID == request.requestID)
            #expect(!error.endsJob)
            #expect(simulator.counters()[.cancel] == 0)
        }
    }

    @Test func `a cancelled task leaves the job running`() async throws {
        try await withSimulator(["job:endless"]) { client, simulator in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let collecting = LoopActor.spawn {
                _ = try await client.collect(request, deadline: .now + .seconds(30))
            }
            while simulator.counters()[.stream] == 0 { try await LoopActor.sleep(for: .milliseconds(5)) }
            collecting.cancel()
            #expect(try await falError { try await collecting.value }.code == .cancelled)
            #expect(simulator.counters()[.cancel] == 0)
        }
    }

    @Test func `a job that is done gives its output`() async throws {
        try await withSimulator { client, _ in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(try await client.collect(request, deadline: .now + .seconds(30)).output["seed"] == 7)
        }
    }

    @Test func `a failure of fal's own says nothing of the job whose result was asked for`() async throws {
        try await withSimulator(["result:503:times=2"]) { client, _ in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(try await client.collect(request, deadline: .now + .seconds(30)).output["seed"] == 7)
        }
        try await withSimulator(["result:500:times=always"]) { client, _ in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let error = try await falError { _ = try await client.wait(for: request) }
            #expect(!error.endsJob)
        }
    }

    @Test(arguments: ["job:failed:type=internal_error", "result:model-error:type=internal_server_error"])
    func `a failure of the job ends it`(fault: String) async throws {
        try await withSimulator([fault]) { client, simulator in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let error = try await falError { _ = try await client.collect(request, deadline: .now + .seconds(30)) }
            #expect(error.code == .serverError && error.endsJob)
            #expect(simulator.counters()[.result] <= 1)
        }
    }
}
