import EventLoop
import FalClient
import HTTPTransport
import JSON
import Testing

/// What only a server that is told every byte can show.
@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientWireTests {
    nonisolated private static let accepted = reply(200, #"{"request_id":"id-1"}"#)
    nonisolated private static let done =
        #"data: {"status":"COMPLETED","logs":[{"message":"c","timestamp":"3"}]}"# + "\n\n"
    nonisolated private static let running =
        #"data: {"status":"IN_PROGRESS","logs":[{"message":"a","timestamp":"1"},{"message":"b","timestamp":"2"}]}"#
        + "\n\n"
    private let submit = "POST /fal-ai/flux-lora"
    private let stream = "GET /fal-ai/flux-lora/requests/id-1/status/stream?logs=1"
    private let status = "GET /fal-ai/flux-lora/requests/id-1/status?logs=1"
    private let result = "GET /fal-ai/flux-lora/requests/id-1"

    private func withServer(
        _ script: @escaping ScriptedServer.Script, _ body: @LoopActor (FalClient, ScriptedServer) async throws -> Void
    ) async throws {
        let server = try ScriptedServer(script)
        defer { server.stop() }
        let client = FalClient(
            transport: CurlTransport(), hosts: try FalHosts(baseURL: server.url),
            credentials: try FalCredentials(testKey), settings: .quick)
        try await body(client, server)
    }

    private func subscribe(_ client: FalClient) async throws -> (QueueResult, [QueueStatus]) {
        var updates: [QueueStatus] = []
        let result = try await client.subscribe(
            try EndpointID(fluxLora), arguments: catPrompt, onUpdate: { updates.append($0) }, logs: true)
        return (result, updates)
    }

    @Test func `the rule gives the URLs that a reply leaves out`() async throws {
        try await withServer { [submit, stream, result] request, _, _ in
            switch request.line {
            case submit: Self.accepted
            case stream: events(Self.done)
            case result: reply(200, #"{"ok":1}"#, headers: "x-fal-billable-units: 1.5\r\n")
            default: reply(404, "")
            }
        } _: { client, server in
            let (output, _) = try await subscribe(client)
            #expect(output == QueueResult(output: ["ok": 1], requestID: "id-1", billableUnits: 1.5, status: 200))
            #expect(server.requests.map(\.line) == [submit, stream, result])
            #expect(server.requests.allSatisfy { $0.head.contains("Authorization: Key \(testKey)") })
        }
    }

    @Test func `updates come in the order of the stream`() async throws {
        try await withServer { [submit, stream] request, _, _ in
            switch request.line {
            case submit: Self.accepted
            case stream:
                events(
                    "data: {\"status\":\"IN_QUEUE\",\"queue_position\":2}\n\n: ping\n\n" + Self.running
                        + "data: {\"status\":\"IN_QUEUE\",\"queue_position\":0}\n\ndata: {\"status\":\"NEW\"}\n\n"
                        + Self.done)
            default: reply(200, "{}")
            }
        } _: { client, _ in
            let (_, updates) = try await subscribe(client)
            #expect(
                updates.map(\.state) == [
                    .inQueue(position: 2), .inProgress, .inQueue(position: 0), .unknown("NEW"),
                    .completed(inferenceTime: nil, error: nil, errorType: nil),
                ])
        }
    }

    @Test func `a broken stream is opened again, and no log line is lost or doubled`() async throws {
        try await withServer { [submit, stream] request, number, _ in
            switch request.line {
            case submit: Self.accepted
            case stream where number == 1: events(Self.running + "data: {\"status\":\"COMPL")
            case stream: events(Self.running + Self.done)
            default: reply(200, "{}")
            }
        } _: { client, server in
            let (_, updates) = try await subscribe(client)
            #expect(updates.flatMap(\.logs).map(\.message) == ["a", "b", "c"])
            #expect(server.requests.count { $0.line == stream } == 2)
        }
    }

    @Test func `a stream that breaks twice is replaced by polling`() async throws {
        try await withServer { [submit, stream, status] request, _, _ in
            switch request.line {
            case submit: Self.accepted
            case stream: events(Self.running)
            case status: reply(200, String(Self.done.dropFirst(6)).replacing("[", with: "[null,null,"))
            default: reply(200, "{}")
            }
        } _: { client, server in
            _ = try await subscribe(client)
            #expect(server.requests.count { $0.line == stream } == 2)
            #expect(server.requests.count { $0.line == status } == 1)
        }
    }

    @Test func `a completed job whose result is not there yet is waited for`() async throws {
        try await withServer { [submit, stream, result] request, number, _ in
            switch request.line {
            case submit: Self.accepted
            case stream: events(Self.done)
            case result where number < 4: reply(400, #"{"detail":"Request is still in progress"}"#)
            case result: reply(200, #"{"ok":1}"#)
            default: reply(200, #"{"status":"COMPLETED"}"#)
            }
        } _: { client, _ in
            let (result, _) = try await subscribe(client)
            #expect(result.output == ["ok": 1])
        }
    }

    @Test func `a job that completed with an error has failed whatever its result says`() async throws {
        try await withServer { [submit, stream] request, _, _ in
            switch request.line {
            case submit: Self.accepted
            case stream:
                events(
                    "data: {\"status\":\"COMPLETED\",\"error\":\"it broke\",\"error_type\":\"runner_disconnected\"}\n\n"
                )
            default: reply(200, "{}")
            }
        } _: { client, _ in
            let error = try await falError { _ = try await subscribe(client) }
            #expect(error.code == .serverError && error.type == "runner_disconnected" && error.requestID == "id-1")
            #expect(error.message.contains("it broke"))
        }
    }

    @Test(arguments: ["{}", "{\"request_id\":7}", "{\"request_id\":\"", "[]", ""])
    func `an unknown submit keeps the request id of the answer's head`(body: String) async throws {
        try await withServer { _, _, _ in
            reply(200, body, headers: "x-fal-request-id: head-id\r\n")
        } _: { client, server in
            let error = try await falError { _ = try await subscribe(client) }
            #expect(error.code == .submitUnknown && error.requestID == "head-id" && error.endpoint == fluxLora)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `options become query and headers`() async throws {
        try await withServer { _, _, _ in
            Self.accepted
        } _: { client, server in
            let options = SubmitOptions(
                priority: .low, startTimeout: .seconds(30), webhook: "https://x.y/h?a=b&c", hint: "h 1",
                maxQueueLength: 3)
            _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt, options: options)
            let request = try #require(server.requests.first)
            #expect(
                request.line
                    == "\(submit)?fal_webhook=https%3A%2F%2Fx.y%2Fh%3Fa%3Db%26c&fal_max_queue_length=3")
            for field in ["X-Fal-Queue-Priority: low", "X-Fal-Request-Timeout: 30.0", "X-Fal-Runner-Hint: h 1"] {
                #expect(request.head.contains(field))
            }
            for bad in [SubmitOptions(startTimeout: .seconds(1)), SubmitOptions(hint: "a\r\nX: y")] {
                let error = try await falError {
                    _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt, options: bad)
                }
                #expect(error.code == .validation)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test func `arguments with NaN are refused before anything is sent`() async throws {
        try await withServer { _, _, _ in
            Self.accepted
        } _: { client, server in
            let error = try await falError {
                _ = try await client.submit(try EndpointID(fluxLora), arguments: ["a": .number(.nan)])
            }
            #expect(error.code == .validation)
            #expect(server.requests.isEmpty)
        }
    }
}
