import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5)))
struct QueueTests {
    @Test func aSubmitIsAnsweredWithTheKeysThatClientsRead() async throws {
        try await withSimulator { simulator, client in
            let reply = try client.request("POST", "/fal-ai/flux-pro/v1.1-ultra-finetuned", json: "{}")
            let json = try reply.json
            let id = try #require(json["request_id"]?.stringValue)
            let base = "\(simulator.baseURL)/fal-ai/flux-pro/requests/\(id)"
            #expect(reply.status == 200)
            #expect(reply.header("x-fal-request-id") == id)
            #expect(json["status"] == "IN_QUEUE")
            #expect(json["response_url"]?.stringValue == base)
            #expect(json["status_url"]?.stringValue == base + "/status")
            #expect(json["cancel_url"]?.stringValue == base + "/cancel")
            #expect(json["queue_position"] == 0)
            #expect(json["logs"] == .null)
            #expect(json["metrics"] == [:])
        }
    }

    @Test(arguments: ["", "/", "/response"])
    func aResultIsReachedByEachFormOfItsURL(ending: String) async throws {
        try await withSimulator { _, client in
            let path = try client.submit(#"{"prompt":"a"}"#)
            let id = path.split(separator: "/").last ?? ""
            for form in [path, "/fal-ai/flux-lora/any/path/requests/\(id)"] {
                let reply = try client.request("GET", form + ending)
                #expect(reply.status == 200)
                #expect(reply.header("x-fal-billable-units") == "1")
                #expect(try reply.json["prompt"] == "a")
            }
        }
    }

    @Test func equalInputAndSeedGiveAnEqualOutput() async throws {
        try await withSimulator { _, client in
            let input =
                #"{"prompt":"кот","seed":0,"num_images":"3","image_size":{"width":"512"},"#
                + #""output_format":"png"}"#
            let path = try client.submit(input)
            let json = try client.request("GET", path).json
            #expect(json["seed"] == 0)
            #expect(json["simulated"] == true)
            #expect(json["has_nsfw_concepts"] == [false, false, false])
            let images = try #require(json["images"]?.arrayValue)
            #expect(images.count == 3)
            #expect(images.allSatisfy { $0["width"] == 512 && $0["content_type"] == "image/png" })
        }
    }

    @Test func aSeedNotGivenFollowsFromTheSimulatorsSeed() async throws {
        var seeds: [[JSONValue?]] = []
        for seed: UInt64 in [7, 7, 8] {
            var configuration = SimulatorConfiguration()
            configuration.seed = seed
            try await withSimulator(configuration) { _, client in
                let paths = try (0..<3).map { _ in try client.submit(#"{"prompt":"a","seed":null}"#) }
                seeds.append(try paths.map { try client.request("GET", $0).json["seed"] })
            }
        }
        #expect(seeds[0] == seeds[1])
        #expect(seeds[0] != seeds[2])
        #expect(seeds[0][0] != seeds[0][1])
    }

    @Test func statusIs202UntilTheJobIsCompletedAndThen200() async throws {
        var configuration = SimulatorConfiguration()
        configuration.runTime = .milliseconds(300)
        try await withSimulator(configuration) { _, client in
            let path = try client.submit(#"{"prompt":"a"}"#)
            let early = try client.request("GET", path + "/status?logs=1")
            #expect(early.status == 202)
            #expect(try early.json["status"] == "IN_PROGRESS")
            #expect(try early.json["logs"]?.arrayValue?.first?["labels"]?["level"] == "INFO")
            let running = try client.request("GET", path)
            #expect(running.status == 400)
            #expect(try running.json["detail"] == "Request is still in progress")
            let stream = try client.request("GET", path + "/status/stream?logs=1")
            #expect(try stream.events.last?["status"] == "COMPLETED")
            let late = try client.request("GET", path + "/status")
            #expect(late.status == 200)
            #expect(try late.json["logs"] == .null)
            #expect(try late.json["metrics"]?["inference_time"] == 0.3)
        }
    }

    @Test func aStatusStreamSendsEachStateOnceAndEachLogLineOnce() async throws {
        var configuration = SimulatorConfiguration()
        configuration.queueTime = .milliseconds(100)
        configuration.runTime = .milliseconds(200)
        try await withSimulator(configuration) { _, client in
            let path = try client.submit(#"{"prompt":"a"}"#)
            let reply = try client.request("GET", path + "/status/stream?logs=1")
            #expect(reply.header("content-type") == "text/event-stream")
            let events = try reply.events
            #expect(events.first?["status"] == "IN_QUEUE")
            #expect(events.last?["status"] == "COMPLETED")
            let lines = events.flatMap { $0["logs"]?.arrayValue ?? [] }.compactMap { $0["message"]?.stringValue }
            #expect(lines.count == 6)
            #expect(Set(lines).count == 6)
            #expect(try client.request("GET", path).status == 200)
        }
    }

    @Test func jobsWaitTheirTurnWhereOnlySomeMayRun() async throws {
        var configuration = SimulatorConfiguration()
        configuration.runTime = .milliseconds(100)
        configuration.maximumRunning = 1
        try await withSimulator(configuration) { _, client in
            let paths = try (0..<3).map { _ in try client.submit(#"{"prompt":"a"}"#) }
            let last = try client.request("GET", paths[2] + "/status").json
            #expect(last["status"] == "IN_QUEUE")
            #expect(last["queue_position"] == 1)
            let full = try client.request("POST", "/fal-ai/flux-lora?fal_max_queue_length=1", json: "{}")
            #expect(full.status == 429)
            #expect(full.header("x-fal-needs-retry") == "1")
            let events = try client.request("GET", paths[2] + "/status/stream").events
            #expect(events.last?["status"] == "COMPLETED")
        }
    }

    @Test func cancelFollowsFalsTable() async throws {
        var configuration = SimulatorConfiguration()
        configuration.runTime = .seconds(60)
        try await withSimulator(configuration) { simulator, client in
            let path = try client.submit(#"{"prompt":"a"}"#)
            let cancelled = try client.request("PUT", path + "/cancel")
            #expect(cancelled.status == 202)
            #expect(try cancelled.json["status"] == "CANCELLATION_REQUESTED")
            let status = try client.request("GET", path + "/status").json
            #expect(status["status"] == "COMPLETED")
            #expect(status["error_type"] == "client_cancelled")
            #expect(try client.request("GET", path).status == 499)
            let again = try client.request("PUT", path + "/cancel")
            #expect(again.status == 400)
            #expect(try again.json["status"] == "ALREADY_COMPLETED")
            let unknown = "/fal-ai/flux-lora/requests/00000000-0000-4000-8000-000000000000"
            #expect(try client.request("PUT", unknown + "/cancel").status == 404)
            #expect(try client.request("GET", unknown + "/status").json == ["status": "NOT_FOUND"])
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test func aJobThatDoesNotStartInTimeFailsAsTheUserAsked() async throws {
        var configuration = SimulatorConfiguration()
        configuration.queueTime = .seconds(60)
        try await withSimulator(configuration) { _, client in
            let reply = try client.request(
                "POST", "/fal-ai/flux-lora", json: "{}", headers: ["X-Fal-Request-Timeout": "0.05"])
            let id = try #require(try reply.json["request_id"]?.stringValue)
            let path = "/fal-ai/flux-lora/requests/\(id)"
            #expect(try client.request("GET", path + "/status/stream").events.last?["error_type"] == "request_timeout")
            let result = try client.request("GET", path)
            #expect(result.status == 504)
            #expect(result.header("x-fal-request-timeout-type") == "user")
        }
    }

    @Test func webhookAndHeadersOfASubmitAreKeptButNotTheKey() async throws {
        try await withSimulator { simulator, client in
            let reply = try client.request(
                "POST", "/fal-ai/flux-lora?fal_webhook=https%3A%2F%2Fexample.com%2Fhook", json: #"{"prompt":"a"}"#,
                headers: ["X-Fal-Queue-Priority": "low"])
            let id = try #require(try reply.json["request_id"]?.stringValue)
            let job = try client.request("GET", "/_simulator/jobs/\(id)")
            #expect(try job.json["webhook"] == "https://example.com/hook")
            #expect(try job.json["headers"] == ["x-fal-queue-priority": "low"])
            #expect(try job.json["input"] == ["prompt": "a"])
            #expect(!job.text.contains("test-secret"))
            #expect(simulator.counters().authorized(.submit) == 1)
        }
    }

    @Test func theOldestJobsAreForgotten() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keptJobs = 2
        try await withSimulator(configuration) { _, client in
            let paths = try (0..<4).map { _ in try client.submit(#"{"prompt":"a"}"#) }
            #expect(try paths.map { try client.request("GET", $0).status } == [404, 404, 200, 200])
        }
    }
}
