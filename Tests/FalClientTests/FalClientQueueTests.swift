import EventLoop
import FalClient
import HTTPTransport
import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientQueueTests {
    @Test func `a generation is three requests`() async throws {
        try await withSimulator { client, simulator in
            let endpoint = try EndpointID(fluxLora)
            let result = try await client.subscribe(endpoint, arguments: catPrompt)
            #expect(result.output["seed"] == 7)
            #expect(result.output["images"]?.arrayValue?.count == 1)
            #expect(result.requestID != nil)
            #expect((result.billableUnits ?? 0) > 0)
            let counters = simulator.counters()
            #expect(counters.total == 3)
            #expect(counters[.submit] == 1 && counters[.stream] == 1 && counters[.result] == 1)
        }
    }

    @Test func `log lines come once`() async throws {
        try await withSimulator(configure: { $0.runTime = .milliseconds(100) }) { client, _ in
            var updates: [QueueStatus] = []
            _ = try await client.subscribe(
                try EndpointID(fluxLora), arguments: catPrompt, onUpdate: { updates.append($0) }, logs: true)
            #expect(updates.last?.isCompleted == true)
            let lines = updates.flatMap(\.logs)
            #expect(!lines.isEmpty)
            #expect(Set(lines).count == lines.count)
        }
    }

    @Test(arguments: [
        "500", "502", "503", "504", "nginx-500", "nginx-502", "nginx-504", "reset-before", "reset-after", "cut-body",
        "truncated-json", "bad-utf8", "not-json", "empty-body", "hang", "huge-body",
    ]) func `a submit whose answer is lost is unknown and never sent again`(fault: String) async throws {
        try await withSimulator(["submit:\(fault)"]) { client, simulator in
            let error = try await falError {
                _ = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            }
            #expect(error.code == .submitUnknown)
            #expect(!error.retryable)
            #expect(simulator.counters()[.submit] == 1)
            #expect(simulator.counters().total == 1)
        }
    }

    @Test(arguments: ["429", "429:retry-after=0", "nginx-503", "429:times=3"])
    func `a submit that cannot have arrived is sent again`(fault: String) async throws {
        try await withSimulator(["submit:\(fault)"]) { client, simulator in
            _ = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(simulator.counters().submits == 1)
            #expect(simulator.counters()[.submit] > 1)
        }
    }

    @Test func `a status that stays away ends the wait with the id, and leaves the job alone`() async throws {
        try await withSimulator(["stream:404", "status:nginx-502:times=99"]) { client, simulator in
            let error = try await falError {
                _ = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            }
            #expect(error.code == .serverError && error.retryable && error.requestID?.isEmpty == false)
            #expect(simulator.counters()[.status] == 5)
            #expect(simulator.counters()[.cancel] == 0)
        }
    }

    @Test func `a submit is not sent again for ever`() async throws {
        try await withSimulator(["submit:429:times=100"]) { client, simulator in
            let error = try await falError {
                _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            }
            #expect(error.code == .rateLimited && error.retryable)
            #expect(simulator.counters()[.submit] == 4)
        }
    }

    @Test(arguments: [
        "401", "403", "404", "422", "429", "500", "502", "503", "504", "nginx-502", "nginx-504", "reset-before",
        "reset-after",
        "cut-body", "truncated-json", "bad-utf8", "not-json", "empty-body", "slow-body:ms=1", "hang",
        "redirect:url=http://127.0.0.1:9/",
    ]) func `a status stream that fails is replaced by polling`(fault: String) async throws {
        try await withSimulator(["stream:\(fault)", "stream:\(fault)"]) { client, simulator in
            _ = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(simulator.counters().submits == 1)
            // libcurl itself repeats a GET whose kept connection was reset.
            #expect(simulator.counters()[.stream] <= 4)
        }
    }

    @Test(arguments: [
        "429", "500", "502", "503", "504", "nginx-502", "nginx-503", "reset-before", "reset-after", "cut-body",
        "truncated-json",
        "bad-utf8", "not-json", "empty-body", "hang",
    ]) func `polling outlives faults of the status`(fault: String) async throws {
        var settings = FalClientSettings.quick
        settings.maximumStatusStreams = 0
        try await withSimulator(["status:\(fault):times=2"], settings: settings) { client, simulator in
            _ = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(simulator.counters()[.stream] == 0)
            #expect(simulator.counters()[.status] >= 3)
        }
    }

    @Test(arguments: [
        "429", "nginx-500", "nginx-502", "nginx-503", "nginx-504", "reset-before", "reset-after", "cut-body",
        "truncated-json",
        "bad-utf8", "not-json", "empty-body", "hang",
    ]) func `a result is asked for again`(fault: String) async throws {
        try await withSimulator(["result:\(fault)"]) { client, simulator in
            let result = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(result.output["seed"] == 7)
            #expect(simulator.counters()[.result] == 2)
            #expect(simulator.counters().submits == 1)
        }
    }

    @Test(
        arguments: [
            ("result:401", .unauthorized), ("result:403", .billing), ("result:422", .validation),
            ("result:expired", .expired),
            ("result:content-policy", .contentPolicyViolation),
            ("result:model-error:type=generation_timeout", .timeout),
            ("result:request-error:type=client_cancelled", .cancelled), ("result:huge-body", .malformedResponse),
            ("job:content-policy", .contentPolicyViolation), ("job:failed:type=runner_disconnected", .serverError),
            ("job:model-error:type=image_load_error", .validation), ("job:failed:type=startup_timeout", .timeout),
        ] as [(String, FalError.Code)]) func `a failed job tells its error and its id`(
            fault: String, code: FalError.Code
        ) async throws
    {
        try await withSimulator([fault]) { client, simulator in
            let error = try await falError {
                _ = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            }
            #expect(error.code == code)
            #expect(error.requestID?.isEmpty == false)
            // Asked for once, or not at all where the status says everything.
            #expect(simulator.counters()[.result] == (fault.hasPrefix("job:failed") ? 0 : 1))
            #expect(simulator.counters().cancels == 0)
        }
    }

    @Test(arguments: ["requeue", "unknown-status"]) func `a status that wanders is followed to its end`(fault: String)
        async throws
    {
        try await withSimulator(["job:\(fault)"], configure: { $0.runTime = .milliseconds(30) }) { client, _ in
            let result = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(result.output["seed"] == 7)
        }
    }

    @Test func `bad arguments are accepted and fail at the result with their field`() async throws {
        try await withSimulator { client, _ in
            let error = try await falError {
                _ = try await client.subscribe(
                    try EndpointID(fluxLora), arguments: ["prompt": "x", "num_images": 99])
            }
            #expect(error.code == .validation && error.field == "num_images" && error.status == 422)
        }
    }

    @Test func `without a key nothing is sent`() async throws {
        try await withSimulator { client, simulator in
            let bare = FalClient(transport: CurlTransport(), hosts: client.hosts, credentials: nil, settings: .quick)
            #expect(!bare.hasKey && client.hasKey)
            let error = try await falError { _ = try await bare.submit(try EndpointID(fluxLora), arguments: catPrompt) }
            #expect(error.code == .missingAPIKey)
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `a foreign host named by a reply gets neither the key nor a request`() async throws {
        let other = try await Simulator.start()
        try await withSimulator(["submit:foreign-urls:url=\(other.baseURL)"]) { client, simulator in
            let result = try await client.subscribe(try EndpointID(fluxLora), arguments: catPrompt)
            #expect(result.output["seed"] == 7)
            #expect(other.counters().total == 0)
            #expect(simulator.counters().authorized(.result) == 1)
        }
        try await withSimulator(["submit:redirect:url=\(other.baseURL)/x"]) { client, _ in
            _ = try await falError { _ = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt) }
            #expect(other.counters().total == 0)
        }
        await other.stop()
    }

    @Test func `jobs beyond the limit of streams are polled`() async throws {
        var settings = FalClientSettings.quick
        settings.maximumStatusStreams = 1
        try await withSimulator(settings: settings, configure: { $0.runTime = .milliseconds(100) }) {
            client, simulator in
            let endpoint = try EndpointID(fluxLora)
            let jobs = (0..<3).map { _ in
                LoopActor.spawn { try await client.subscribe(endpoint, arguments: catPrompt).output }
            }
            for job in jobs { #expect(try await job.value["seed"] == 7) }
            #expect(simulator.counters()[.stream] == 1)
            #expect(simulator.counters()[.status] >= 2)
            _ = try await client.subscribe(endpoint, arguments: catPrompt)
            #expect(simulator.counters()[.stream] == 2)
        }
    }

    @Test func `events that are abandoned give their stream back`() async throws {
        var settings = FalClientSettings.quick
        settings.maximumStatusStreams = 1
        try await withSimulator(["job:endless"], settings: settings) { client, simulator in
            let endpoint = try EndpointID(fluxLora)
            let request = try await client.submit(endpoint, arguments: catPrompt)
            var events: QueueEvents? = client.events(of: request)
            #expect(try await events?.next()?.isCompleted == false)
            events = nil
            _ = try await client.subscribe(endpoint, arguments: catPrompt)
            #expect(simulator.counters()[.stream] == 2)
            #expect(simulator.counters()[.status] == 0)
        }
    }

    @Test func `a job is found again by its id alone`() async throws {
        try await withSimulator { client, _ in
            let endpoint = try EndpointID("fal-ai/flux-pro/v1.1-ultra-finetuned")
            let arguments: JSONObject = ["prompt": "x", "finetune_id": "f", "finetune_strength": 1.0]
            let request = try await client.submit(endpoint, arguments: arguments)
            let again = QueueRequest(endpoint: endpoint, requestID: request.requestID, hosts: client.hosts)
            #expect(again == request)
            _ = try await client.wait(for: again)
            #expect(try await client.status(of: again).isCompleted)
            #expect(try await client.cancel(again) == .alreadyCompleted)
            let unknown = QueueRequest(endpoint: endpoint, requestID: "no such/id", hosts: client.hosts)
            #expect(try await falError { _ = try await client.status(of: unknown) }.code == .expired)
            #expect(try await client.cancel(unknown) == .notFound)
        }
    }

    @Test func `the result of a running job is not there yet`() async throws {
        try await withSimulator(["job:endless"]) { client, _ in
            let request = try await client.submit(try EndpointID(fluxLora), arguments: catPrompt)
            let error = try await falError { _ = try await client.result(of: request) }
            #expect(error.type == "still_in_progress" && error.retryable && error.requestID == request.requestID)
        }
    }
}
