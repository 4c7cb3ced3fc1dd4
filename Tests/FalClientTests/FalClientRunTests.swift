import EventLoop
import FalClient
import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientRunTests {
    @Test func `a direct run gives the output`() async throws {
        try await withSimulator { client, simulator in
            let result = try await client.run(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(result.output["seed"] == 7)
            #expect(simulator.counters()[.run] == 1 && simulator.counters().total == 1)
        }
    }

    @Test(
        arguments: [
            ("401", .unauthorized, 1), ("403", .billing, 1), ("422", .validation, 1), ("500", .serverError, 1),
            ("nginx-502", .serverError, 1), ("reset-after", .network, 1), ("truncated-json", .malformedResponse, 1),
            ("429:times=9", .rateLimited, 4),
        ] as [(String, FalError.Code, Int)]) func `a direct run is repeated only when it cannot have arrived`(
            fault: String, code: FalError.Code, requests: Int
        ) async throws
    {
        try await withSimulator(["run:\(fault)"]) { client, simulator in
            let error = try await falError { _ = try await client.run(try EndpointID(fluxLora), arguments: catPrompt) }
            #expect(error.code == code)
            #expect(simulator.counters()[.run] == requests)
        }
    }

    @Test func `a direct run that takes too long ends`() async throws {
        try await withSimulator(["run:hang"]) { client, _ in
            let error = try await falError {
                _ = try await client.run(try EndpointID(fluxLora), arguments: catPrompt, timeout: .milliseconds(80))
            }
            #expect(error.code == .timeout)
        }
    }

    @Test func `the last event of a stream is the output`() async throws {
        try await withSimulator { client, _ in
            let stream = try await client.stream(try EndpointID(fluxLora), arguments: catPrompt)
            var events: [JSONValue] = []
            while let event = try await stream.next() { events.append(event) }
            #expect(events.last?["images"]?.arrayValue?.count == 1)
            #expect(try await stream.next() == nil)
        }
    }

    @Test(
        arguments: [
            ("401", .unauthorized), ("422", .validation), ("reset-before", .network),
            ("truncated-json", .malformedResponse),
            ("bad-utf8", .malformedResponse), ("not-json", .malformedResponse),
        ] as [(String, FalError.Code)]) func `a stream that fails tells why`(fault: String, code: FalError.Code)
        async throws
    {
        try await withSimulator(["events:\(fault)"]) { client, _ in
            let error = try await falError {
                let stream = try await client.stream(try EndpointID(fluxLora), arguments: catPrompt)
                while try await stream.next() != nil {}
            }
            #expect(error.code == code)
        }
    }
}
