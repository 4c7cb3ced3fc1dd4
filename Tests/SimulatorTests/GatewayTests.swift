import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5)))
struct GatewayTests {
    @Test(
        arguments: [
            (nil, "Authentication is required"), ("Bearer abc", "Invalid Key Authorization header format"),
            ("Key abc", "Invalid Key Authorization header format"), ("Key :", "Invalid Key"),
            ("Key invalid:secret", "No user found for Key ID and Secret"),
        ] as [(String?, String)])
    func aRequestWithoutAGoodKeyIsRefused(authorization: String?, message: String) async throws {
        try await withSimulator { simulator, client in
            let reply = try client.request("POST", "/fal-ai/flux-lora", json: "{}", authorization: authorization)
            #expect(reply.status == 401)
            #expect(try #require(try reply.json["detail"]?.stringValue).contains(message))
            #expect(simulator.counters().submits == 0)
        }
    }

    @Test func everyEndpointExistsButThoseCalledMissing() async throws {
        try await withSimulator { _, client in
            #expect(try client.request("POST", "/someone/new-model", json: "{}").status == 200)
            let reply = try client.request("POST", "/missing/model", json: "{}")
            #expect(reply.status == 404)
            #expect(try reply.json["detail"] == #"Application "model" not found"#)
            #expect(try client.request("POST", "/alone", json: "{}").status == 404)
            #expect(try client.request("GET", "/fal-ai/flux-lora").status == 405)
        }
    }

    @Test func workflowsKeepThreeSegmentsAndOldIdsAreSplit() async throws {
        try await withSimulator { _, client in
            let workflow = try client.submit("{}", to: "workflows/me/flow")
            #expect(workflow.hasPrefix("/workflows/me/flow/requests/"))
            let old = try client.submit("{}", to: "110602490-lora")
            #expect(old.hasPrefix("/110602490/lora/requests/"))
        }
    }

    @Test func aDirectRunIsReachedByPrefixByPortAndThroughAProxyHeader() async throws {
        try await withSimulator { simulator, client in
            let byPrefix = try client.request("POST", "/run/fal-ai/flux-lora", json: #"{"prompt":"a"}"#)
            #expect(try byPrefix.json["prompt"] == "a")
            let other = try HTTPClient(port: try #require(simulator.runPort))
            #expect(try other.request("POST", "/fal-ai/flux-lora", json: #"{"prompt":"b"}"#).json["prompt"] == "b")
            let proxied = try client.request(
                "POST", "/api/proxy", json: #"{"prompt":"c"}"#,
                headers: ["x-fal-target-url": "https://fal.run/fal-ai/flux-lora"])
            #expect(try proxied.json["prompt"] == "c")
            #expect(simulator.counters()[.run] == 3)
        }
    }

    @Test(arguments: ["/run/fal-ai/flux-lora/stream", "/fal-ai/flux-lora/stream"])
    func aStreamedRunEndsWithTheOutput(path: String) async throws {
        try await withSimulator { _, client in
            let reply = try client.request("POST", path, json: #"{"prompt":"a"}"#)
            #expect(reply.header("content-type") == "text/event-stream")
            let events = try reply.events
            #expect(events.count == 2)
            #expect(events.last?["images"]?.arrayValue?.count == 1)
        }
    }

    @Test func anInputTooLargeIsRefusedBeforeItIsSent() async throws {
        var configuration = SimulatorConfiguration()
        configuration.maximumInput = 1000
        try await withSimulator(configuration) { _, client in
            try client.write(
                Array("POST /fal-ai/flux-lora HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n".utf8))
            let reply = try client.readResponse()
            #expect(reply.status == 413)
            #expect(try #require(try reply.json["detail"]?.stringValue).contains("at most 1000"))
        }
    }

    @Test func theRefusalOfAnInputReachesAClientThatIsStillSending() async throws {
        var configuration = SimulatorConfiguration()
        configuration.maximumInput = 1000
        try await withSimulator(configuration) { _, client in
            let reply = try client.request("POST", "/fal-ai/flux-lora", body: [UInt8](repeating: 32, count: 2_000_000))
            #expect(reply.status == 413)
        }
    }

    @Test func openJobsAreBoundedByTheirBytes() async throws {
        var configuration = SimulatorConfiguration()
        configuration.runTime = .seconds(60)
        configuration.maximumOpenBytes = 10_000
        try await withSimulator(configuration) { _, client in
            let input = #"{"prompt":"\#(String(repeating: "a", count: 10_000))"}"#
            let statuses = try (0..<2).map { _ in try client.request("POST", "/fal-ai/flux-lora", json: input).status }
            #expect(statuses == [200, 429])
        }
    }

    @Test(arguments: ["nan", "inf", "-1e400", "x"])
    func aTimeoutThatIsNoNumberIsIgnored(value: String) async throws {
        var configuration = SimulatorConfiguration()
        configuration.queueTime = .milliseconds(50)
        try await withSimulator(configuration) { _, client in
            let reply = try client.request(
                "POST", "/fal-ai/flux-lora", json: #"{"prompt":"a"}"#, headers: ["X-Fal-Request-Timeout": value])
            let id = try #require(try reply.json["request_id"]?.stringValue)
            let events = try client.request("GET", "/fal-ai/flux-lora/requests/\(id)/status/stream").events
            #expect(events.last?["error"] == nil)
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await withSimulator { _, client in
            for number in 1...20 {
                try client.send("POST", "/run/fal-ai/flux-lora", body: Array(#"{"prompt":"\#(number)"}"#.utf8))
            }
            for number in 1...20 { #expect(try client.readResponse().json["prompt"]?.stringValue == "\(number)") }
        }
    }

    @Test func aClientThatExpectsIsToldToContinue() async throws {
        try await withSimulator { _, client in
            let head = "POST /run/a/b HTTP/1.1\r\nHost: a\r\nAuthorization: \(HTTPClient.key)\r\n"
            try client.write(Array((head + "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n").utf8))
            #expect(try client.readHead().0 == 100)
            try client.write(Array("{}".utf8))
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test func whatIsNotHTTPIsRefused() async throws {
        try await withSimulator { _, client in
            try client.write(Array("hello\r\n\r\n".utf8))
            #expect(try client.readResponse().status == 400)
        }
    }

    @Test func stoppingEndsARequestThatWaits() async throws {
        let simulator = try await Simulator.start()
        simulator.order(Fault(.submit, .hang))
        let client = try HTTPClient(port: simulator.port)
        try client.send("POST", "/fal-ai/flux-lora", body: Array("{}".utf8))
        while simulator.counters().faults == 0 { await Task.yield() }
        await simulator.stop()
        #expect(throws: HTTPClient.Failure.self) { try client.readResponse() }
    }

    @Test func aTakenPortIsAnError() async throws {
        try await withSimulator { simulator, _ in
            var configuration = SimulatorConfiguration()
            configuration.port = simulator.port
            await #expect(throws: (any Error).self) { try await Simulator.start(configuration) }
        }
    }
}
