import EventLoop
import FalClient
import HTTPTransport
import JSON
import Simulator
import Testing

/// fal's list of an endpoint's requests.
@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientListingTests {
    private static let (start, end) = ("2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z")

    private static func list(_ client: FalClient) async throws -> [ListedRequest] {
        try await client.requests(to: try EndpointID(fluxLora), from: start, until: end)
    }

    @Test func `a submit whose answer was lost is in the list with its arguments`() async throws {
        try await withSimulator(["submit:reset-after"]) { client, simulator in
            let error = try await falError {
                _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            }
            #expect(error.code == .submitUnknown)
            let list = try await Self.list(client)
            try #require(list.map(\.input) == [catPrompt])
            #expect(list[0].sentAt?.hasSuffix("+00:00") == true)
            let request = QueueRequest(
                endpoint: try EndpointID(fluxLora), requestID: list[0].requestID, hosts: client.hosts)
            #expect(try await client.result(of: request).output["seed"] == 7)
            #expect(simulator.counters().submits == 1)
        }
    }

    @Test func `all pages are read`() async throws {
        try await withSimulator { client, simulator in
            let endpoint = try EndpointID(fluxLora)
            var ids: Set<String> = []
            for seed in 0..<230 {
                let arguments: JSONObject = ["prompt": "x", "seed": .integer(Int64(seed))]
                ids.insert(try await client.submit(endpoint, arguments: arguments).requestID)
            }
            _ = try await client.submit(try EndpointID("fal-ai/other"), arguments: catPrompt)
            let list = try await Self.list(client)
            #expect(Set(list.map(\.requestID)) == ids && list.count == 230)
            #expect(simulator.counters()[.listing] == 3)
            #expect(simulator.counters().authorized(.listing) == 3)
        }
    }

    @Test func `a list longer than the limit proves nothing`() async throws {
        var settings = FalClientSettings.quick
        settings.maximumListingPages = 1
        try await withSimulator(settings: settings) { client, _ in
            for _ in 0..<101 { _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt) }
            let error = try await falError { _ = try await Self.list(client) }
            #expect(error.code == .malformedResponse && error.message.contains("more than 100"))
        }
    }

    @Test(arguments: ["listing:500", "listing:reset", "listing:truncated-json", "listing:429"])
    func `a list that fails is asked for again`(fault: String) async throws {
        try await withSimulator([fault]) { client, simulator in
            let list = try await Self.list(client)
            #expect(list.isEmpty)
            #expect(simulator.counters()[.listing] == 2)
        }
    }

    @Test func `a key that may not read the list is told`() async throws {
        try await withSimulator(["listing:401:times=always"]) { client, _ in
            let error = try await falError { _ = try await Self.list(client) }
            #expect(error.code == .unauthorized)
        }
    }

    @Test(arguments: [
        // More, but no word where; the same page for ever; more after nothing; no list; an item that is none.
        #"{"items":[],"has_more":true,"next_cursor":null}"#,
        #"{"items":[{"request_id":"a"}],"has_more":true,"next_cursor":"c"}"#,
        #"{"items":[],"has_more":true,"next_cursor":"c"}"#, #"{"has_more":false}"#, "[]",
        #"{"items":[{"endpoint_id":"x"}],"has_more":false}"#,
    ])
    func `pages that contradict themselves are malformed`(page: String) async throws {
        let server = try ScriptedServer { _, _, _ in reply(200, page) }
        defer { server.stop() }
        let client = FalClient(
            transport: CurlTransport(), hosts: try FalHosts(baseURL: server.url),
            credentials: try FalCredentials(testKey), settings: .quick)
        #expect(try await falError { _ = try await Self.list(client) }.code == .malformedResponse)
        #expect(server.requests.count <= 8, "it should not go on for ever")
    }

    @Test func `arguments that fal does not keep are nil`() async throws {
        let server = try ScriptedServer { _, _, _ in
            reply(200, #"{"items":[{"request_id":"a","json_input":null},{"request_id":"b"}],"has_more":false}"#)
        }
        defer { server.stop() }
        let client = FalClient(
            transport: CurlTransport(), hosts: try FalHosts(baseURL: server.url),
            credentials: try FalCredentials(testKey), settings: .quick)
        #expect(
            try await Self.list(client) == [
                ListedRequest(requestID: "a", sentAt: nil, input: nil),
                ListedRequest(requestID: "b", sentAt: nil, input: nil),
            ])
        let line = try #require(server.requests.first?.line)
        #expect(
            line.contains("/v1/models/requests/by-endpoint?endpoint_id=fal-ai%2Fflux-lora&start=2020-01-01T00%3A00"))
        #expect(line.contains("&limit=100&expand=payloads"))
    }

    @Test func `the list is at fal's platform API, or where the queue is`() throws {
        #expect(FalHosts.fal.api == "https://api.fal.ai")
        #expect(try FalHosts().api == "https://api.fal.ai")
        #expect(try FalHosts(queueHost: "q.example").api == "https://q.example")
        #expect(try FalHosts(baseURL: "http://127.0.0.1:9/x/").api == "http://127.0.0.1:9/x")
    }
}
