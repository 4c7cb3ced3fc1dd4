import JSON
import Testing

@testable import Simulator

@Suite(.timeLimit(.minutes(5)))
struct FaultTests {
    /// Fault, status, and a header that must be there.
    static let refusals: [(String, Int, String?)] = [
        ("401", 401, nil), ("403", 403, nil), ("404", 404, nil), ("422", 422, "x-fal-retryable"),
        ("429", 429, "x-fal-needs-retry"), ("429:retry-after=2", 429, "retry-after"),
        ("500", 500, "x-fal-error-type"), ("502", 502, "x-fal-error-type"), ("503", 503, "x-fal-request-id"),
        ("504", 504, "x-fal-error-type"), ("504-user", 504, "x-fal-request-timeout-type"), ("nginx-500", 500, nil),
        ("nginx-502", 502, nil), ("nginx-503:retry-after=1", 503, "retry-after"), ("nginx-504", 504, nil),
        ("request-error:type=client_disconnected", 499, "x-fal-error-type"),
        ("redirect:url=http://127.0.0.1:9/x", 307, "location"),
    ]

    static let stages = ["submit", "status", "stream", "result", "cancel", "run", "events", "download", "upload"]

    /// Sends the request of a stage; the job it needs is submitted before.
    private func request(_ stage: String, _ client: HTTPClient) throws -> HTTPClient.Response {
        let run = Array(#"{"prompt":"a"}"#.utf8)
        switch stage {
        case "submit": return try client.request("POST", "/fal-ai/flux-lora", body: run)
        case "run": return try client.request("POST", "/run/fal-ai/flux-lora", body: run)
        case "events": return try client.request("POST", "/run/fal-ai/flux-lora/stream", body: run)
        case "upload": return try client.request("POST", "/files/upload", body: run)
        default:
            let path = try client.submit(#"{"prompt":"a","image_size":{"width":16,"height":16}}"#)
            let id = path.split(separator: "/").last ?? ""
            switch stage {
            case "status": return try client.request("GET", path + "/status")
            case "stream": return try client.request("GET", path + "/status/stream")
            case "cancel": return try client.request("PUT", path + "/cancel")
            case "download": return try client.request("GET", "/files/b/\(id)/1.jpg", authorization: nil)
            default: return try client.request("GET", path)
            }
        }
    }

    @Test(arguments: stages)
    func aStageCanBeRefusedInEveryWay(stage: String) async throws {
        try await withSimulator { simulator, client in
            for (fault, status, header) in Self.refusals {
                simulator.order(try Fault(parsing: "\(stage):\(fault)"))
                let reply = try request(stage, client)
                #expect(reply.status == status, "\(stage):\(fault)")
                if let header { #expect(reply.header(header) != nil, "\(stage):\(fault)") }
                if fault.hasPrefix("nginx") {
                    #expect(reply.text.contains("nginx"))
                    #expect(reply.header("x-fal-request-id") == nil)
                }
                let next = try request(stage, client).status
                #expect(next < 300 || stage == "cancel", "\(stage):\(fault) struck twice")
            }
            #expect(simulator.counters().faults == Self.refusals.count)
        }
    }

    @Test(arguments: stages)
    func aStageCanBeResetBeforeAndAfter(stage: String) async throws {
        for fault in ["reset-before", "reset", "reset-after"] {
            try await withSimulator(faults: ["\(stage):\(fault)"]) { simulator, client in
                #expect(throws: HTTPClient.Failure.reset) { try request(stage, client) }
                if stage == "submit" { #expect(simulator.counters().submits == (fault == "reset-after" ? 1 : 0)) }
            }
        }
    }

    @Test(arguments: stages.filter { $0 != "download" })
    func aReplyCanBeSpoilt(stage: String) async throws {
        try await withSimulator(faults: [
            "\(stage):truncated-json", "\(stage):bad-utf8", "\(stage):not-json", "\(stage):empty-body",
        ]) { _, client in
            #expect(throws: JSONError.self) {
                let reply = try request(stage, client)
                let text = reply.text.hasPrefix("data: ") ? String(reply.text.dropFirst(6)) : reply.text
                _ = try JSONValue(parsing: text)
            }
            #expect(String(validating: try request(stage, client).body, as: UTF8.self) == nil)
            let page = try request(stage, client)
            #expect(page.status == 200 && page.header("content-type") == "text/html")
            #expect(try request(stage, client).body.isEmpty)
        }
    }

    @Test(arguments: stages)
    func aBodyCanBeCutSlowLateOrHuge(stage: String) async throws {
        try await withSimulator(faults: [
            "\(stage):slow-body:ms=0", "\(stage):late:ms=1", "\(stage):huge-body:bytes=300000", "\(stage):cut-body",
        ]) { _, client in
            let sizes = try (0..<3).map { _ in try request(stage, client).body.count }
            #expect(sizes[0] > 0 && sizes[1] > 0)
            #expect(sizes[2] == 300_002)
            #expect { try request(stage, client) } throws: { error in
                guard case HTTPClient.Failure.closed(let bytes)? = error as? HTTPClient.Failure else { return false }
                return bytes > 0
            }
        }
    }

    @Test func aHangGivesNoAnswerAndHasNoEffect() async throws {
        try await withSimulator(faults: ["submit:hang"]) { simulator, _ in
            let impatient = try HTTPClient(port: simulator.port, timeout: 1)
            #expect(throws: HTTPClient.Failure.timedOut) { try request("submit", impatient) }
            #expect(simulator.counters().submits == 0)
        }
    }

    @Test(arguments: [("images-empty", "[]"), ("images-missing", "nil"), ("image-no-url", "no url")])
    func anOutputCanLackItsPictures(fault: String, expected: String) async throws {
        for stage in ["result", "run", "job"] {
            try await withSimulator(faults: ["\(stage):\(fault)"]) { _, client in
                let images = try request(stage == "job" ? "result" : stage, client).json["images"]
                switch expected {
                case "[]": #expect(images == [])
                case "nil": #expect(images == nil)
                default: #expect(images?.arrayValue?.first.map { $0["url"] == nil && $0["width"] != nil } == true)
                }
            }
        }
    }

    @Test func aJobCanFailAtThePlatform() async throws {
        try await withSimulator(faults: ["job:failed:type=runner_disconnected"]) { _, client in
            let path = try client.submit("{}")
            let status = try client.request("GET", path + "/status")
            #expect(status.status == 200)
            #expect(try status.json["error"] == "Runner disconnected")
            #expect(try status.json["error_type"] == "runner_disconnected")
            let result = try client.request("GET", path)
            #expect(result.status == 503)
            #expect(result.header("x-fal-error-type") == "runner_disconnected")
        }
    }

    @Test(arguments: ["job:content-policy", "result:content-policy", "job:model-error:type=no_media_generated"])
    func aJobCanFailInTheModel(fault: String) async throws {
        try await withSimulator(faults: [fault]) { _, client in
            let result = try client.request("GET", try client.submit(#"{"prompt":"a"}"#))
            #expect(result.status == 422)
            let type = try result.json["detail"]?.arrayValue?.first?["type"]?.stringValue
            #expect(type == (fault.contains("policy") ? "content_policy_violation" : "no_media_generated"))
        }
    }

    @Test func aJobCanGoBackToTheQueueOrShowAnUnknownWord() async throws {
        try await withSimulator(faults: ["job:requeue:times=2", "job:unknown-status"]) { _, client in
            let polled = try client.submit(#"{"prompt":"a"}"#)
            var words: [String?] = []
            for _ in 0..<4 { words.append(try client.request("GET", polled + "/status").json["status"]?.stringValue) }
            #expect(words == ["IN_PROGRESS", "IN_QUEUE", "IN_PROGRESS", "COMPLETED"])
            let streamed = try client.submit(#"{"prompt":"a"}"#)
            let events = try client.request("GET", streamed + "/status/stream").events
            #expect(events.map { $0["status"]?.stringValue } == words)
            let odd = try client.submit(#"{"prompt":"a"}"#)
            #expect(try client.request("GET", odd).status == 400)
            let last = try client.request("GET", odd + "/status/stream").events.map { $0["status"]?.stringValue }
            #expect(last == ["IN_PROGRESS", "PAUSED", "COMPLETED"])
        }
    }

    @Test func anEndlessJobStaysInProgressAndCanBeCancelled() async throws {
        try await withSimulator(faults: ["job:endless"]) { _, client in
            let path = try client.submit(#"{"prompt":"a"}"#)
            #expect(try client.request("GET", path + "/status").json["status"] == "IN_PROGRESS")
            try client.send("GET", path + "/status/stream")
            #expect(try client.readHead().0 == 200)
            let first = try #require(try client.readChunk())
            #expect(String(decoding: first, as: UTF8.self).contains("IN_PROGRESS"))
            let other = try HTTPClient(port: client.port)
            #expect(try other.request("PUT", path + "/cancel").status == 202)
            let last = try #require(try client.readChunk())
            #expect(String(decoding: last, as: UTF8.self).contains("client_cancelled"))
        }
    }

    @Test func aSubmitCanPointElsewhere() async throws {
        try await withSimulator(faults: ["submit:foreign-urls:url=http://localhost:1/x"]) { _, client in
            let json = try client.request("POST", "/fal-ai/flux-lora", json: "{}").json
            for name in ["status_url", "response_url", "cancel_url"] {
                #expect(json[name]?.stringValue?.hasPrefix("http://localhost:1/x/fal-ai/flux-lora/requests/") == true)
            }
        }
    }

    @Test func aFaultWaitsForItsEndpointAndItsTurn() async throws {
        try await withSimulator(faults: ["submit:429:endpoint=a/b:after=1:times=2"]) { _, client in
            let statuses = try ["a/b", "c/d", "a/b", "a/b", "a/b"].map {
                try client.request("POST", "/\($0)", json: "{}").status
            }
            #expect(statuses == [200, 200, 429, 429, 200])
        }
    }

    @Test func faultsAreOrderedOverHTTPAllOrNone() async throws {
        try await withSimulator { _, client in
            let wrong = try client.request("POST", "/_simulator/faults", json: "submit:429\nsubmit:reste-after")
            #expect(wrong.status == 400)
            #expect(try #require(try wrong.json["detail"]?.stringValue).contains("did you mean reset-after?"))
            #expect(try request("submit", client).status == 200)
            #expect(try client.request("POST", "/_simulator/faults", json: "submit:429\nresult:500\n").status == 200)
            #expect(try request("submit", client).status == 429)
            #expect(try client.request("DELETE", "/_simulator/faults").status == 200)
            #expect(try request("result", client).status == 200)
            #expect(try client.request("GET", "/_simulator/faults").text.contains("reset-after"))
            let counters = try client.request("GET", "/_simulator/counters").json
            #expect(counters["requests"]?["submit"] == 3)
            #expect(counters["faults"] == 1)
        }
    }

    @Test func aTextBecomesAFault() throws {
        let fault = try Fault(parsing: "submit:redirect:times=3:endpoint=a/b:url=http://x:1/y")
        #expect(fault.stage == .submit && fault.kind == .redirect && fault.times == 3)
        #expect(fault.endpoint == "a/b" && fault.url == "http://x:1/y")
        #expect(try Fault(parsing: "result:hang:times=always").times == .max)
    }

    @Test(arguments: [
        ("submit", "stage:kind"), ("sumbit:429", "did you mean submit?"), ("submit:endless", "unknown fault at submit"),
        ("submit:429:tiems=2", "did you mean times?"), ("submit:429:times=x", "is not a number from 1"),
        ("submit:429:times", "is not parameter=value"), ("submit:redirect", "needs url="),
        ("submit:429:retry-after=", "has no value"), ("submit:hang:retry-after=1", "unknown parameter"),
    ])
    func aWrongTextIsExplained(text: String, expected: String) {
        #expect { try Fault(parsing: text) } throws: { "\($0)".contains(expected) }
    }

    @Test func everyFaultCanBeWrittenAndIsDescribed() throws {
        for (kind, stages, _, summary) in Fault.all {
            #expect(!stages.isEmpty && !summary.isEmpty)
            for stage in stages {
                let needs = kind == "redirect" || kind == "foreign-urls" ? ":url=http://a" : ""
                #expect(try Fault(parsing: "\(stage.rawValue):\(kind)\(needs)").kind.rawValue == kind)
            }
        }
    }
}
