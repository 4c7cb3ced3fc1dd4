import Foundation
import Testing
import Webhooks

/// Paths that the program answers itself.
@Suite(.timeLimit(.minutes(3)))
struct WebhookPathTests {
    private static func post(_ path: String, _ body: String = "", method: String = "POST", _ fields: String...)
        -> String
    {
        let lines = ["\(method) \(path) HTTP/1.1", "Host: x", "Content-Length: \(body.utf8.count)"] + fields
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    /// Answers with what it got: method, path, query, the field `x-a` and the body.
    private static let echo: WebhookPaths.Handler = { request, answer in
        let field = request.headers.first { $0.name == "x-a" }?.value ?? ""
        let words = [request.method, request.path, request.query, field, String(decoding: request.body, as: UTF8.self)]
        answer(.response(status: 201, headers: [("X-B", "2")], body: Array(words.joined(separator: "|").utf8)))
    }

    @Test func aRequestIsHandedOverWhole() async throws {
        try await RunningReceiver.with { running in
            #expect(running.paths.open("/hook", Self.echo))
            #expect(!running.paths.open("/hook", Self.echo))
            let client = try running.client()
            client.write(Self.post("/hook?a=1&b=2", "the body", "X-A: one", "x-a: two"))
            let answer = try #require(await client.answer())
            #expect(answer.status == 201 && answer.body == "POST|/hook|a=1&b=2|one, two|the body")
            #expect(answer.headers["x-b"] == "2" && answer.headers["content-type"] == "text/plain; charset=utf-8")
            client.write(Self.post("/hook", method: "DELETE"))
            #expect(await client.answer()?.body == "DELETE|/hook|||")
            let metrics = await client.get("/metrics")?.body ?? ""
            #expect(metrics.contains("falhost_webhook_answered_total{status=\"2xx\"} 2\n"))
        }
    }

    @Test func aPathThatIsClosedIsNotFound() async throws {
        try await RunningReceiver.with { running in
            let client = try running.client()
            client.write(Self.post("/hook"))
            #expect(await client.answer()?.status == 404)
            #expect(running.paths.open("/hook", Self.echo))
            client.write(Self.post("/hook") + Self.post("/hook/more"))
            #expect(await client.answer()?.status == 201)
            #expect(await client.answer()?.status == 404)
            running.paths.close("/hook")
            client.write(Self.post("/hook"))
            #expect(await client.answer()?.status == 404)
            #expect(running.counts[.path] == 3)
        }
    }

    @Test func theReceiversOwnPathsStayItsOwn() async throws {
        try await RunningReceiver.with { running in
            for path in ["/webhooks/fal", "/metrics", "/healthz"] { _ = running.paths.open(path, Self.echo) }
            let client = try running.client()
            for path in ["/metrics", "/healthz"] { #expect(await client.get(path)?.status == 200) }
            #expect(await client.post("{}", [])?.status == 400)
        }
    }

    @Test func aBodyThatIsTooLargeIsRefused() async throws {
        try await RunningReceiver.with({ $0.maximumBody = 1000 }) { running in
            _ = running.paths.open("/hook", Self.echo)
            let (told, chunked) = (try running.client(), try running.client())
            told.write("POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")
            #expect(await told.answer()?.status == 413)
            chunked.write("POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<3 { chunked.write("190\r\n" + String(repeating: "x", count: 400) + "\r\n") }
            #expect(await chunked.answer()?.status == 413)
            #expect(running.counts[.bodySize] == 2)
        }
    }

    @Test func bodiesThatAreTooMuchTogetherAreToldToComeAgain() async throws {
        try await RunningReceiver.with({ $0.maximumBuffered = 1000 }) { running in
            _ = running.paths.open("/hook", Self.echo)
            let client = try running.client()
            client.write(Self.post("/hook", String(repeating: "x", count: 1001)))
            #expect(await client.answer()?.status == 503)
        }
    }

    @Test func anAnswerThatDoesNotComeIsGivenUp() async throws {
        try await RunningReceiver.with({ $0.answerTime = .milliseconds(200) }) { running in
            let kept = Guarded<(@Sendable (PostedAnswer) -> Void)?>(nil)
            _ = running.paths.open("/hook") { _, answer in kept.change { $0 = answer } }
            let client = try running.client()
            client.write(Self.post("/hook"))
            let answer = await client.answer()
            #expect(answer?.status == 504 && answer?.body == "late\n")
            #expect(await client.isClosedByReceiver())
            #expect(running.counts[.late] == 1)
            // Too late: nobody is there any more.
            kept.change { $0 }?(.response(status: 200, headers: [], body: []))
            #expect(await (try running.client()).get("/healthz")?.status == 200)
        }
    }

    /// Longer than the body may take, which is another deadline.
    @Test func anAnswerMayTakeItsTime() async throws {
        try await RunningReceiver.with({ $0.bodyTime = .milliseconds(100) }) { running in
            _ = running.paths.open("/hook") { _, answer in
                Thread.detachNewThread {
                    Thread.sleep(forTimeInterval: 2.5)
                    answer(.response(status: 200, headers: [], body: Array("late but there".utf8)))
                }
            }
            let client = try running.client()
            client.write(Self.post("/hook"))
            #expect(await client.answer()?.body == "late but there")
        }
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        try await RunningReceiver.with { running in
            let kept = Guarded<[@Sendable (PostedAnswer) -> Void]>([])
            _ = running.paths.open("/slow") { _, answer in kept.change { $0.append(answer) } }
            _ = running.paths.open("/quick", Self.echo)
            let client = try running.client()
            client.write(Self.post("/slow") + Self.post("/quick"))
            while kept.change({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
            // The second answer of the program's is none.
            for status in [202, 500] {
                kept.change { $0[0] }(.response(status: status, headers: [("Content-Type", "a/b")], body: []))
            }
            let first = await client.answer()
            #expect(first?.status == 202 && first?.headers["content-type"] == "a/b")
            #expect(await client.answer()?.status == 201)
        }
    }

    @Test func anAnswerWithoutABodySaysNoLength() async throws {
        try await RunningReceiver.with { running in
            _ = running.paths.open("/hook") { _, answer in
                answer(.response(status: 204, headers: [], body: Array("ignored".utf8)))
            }
            let client = try running.client()
            client.write(Self.post("/hook") + Self.post("/healthz", method: "GET"))
            let answer = await client.answer()
            #expect(answer?.status == 204 && answer?.headers["content-length"] == nil)
            #expect(await client.answer()?.body == "{}\n")
        }
    }

    @Test func refusalsOfTheProgramsAreCounted() async throws {
        try await RunningReceiver.with { running in
            for (path, reason) in [("/a", ReceiverCounters.Refusal.handler), ("/b", .busy), ("/c", .late)] {
                _ = running.paths.open(path) { _, answer in answer(.refused(reason)) }
            }
            let client = try running.client()
            client.write(Self.post("/a") + Self.post("/b") + Self.post("/c"))
            #expect(await client.answer()?.status == 500)
            let busy = await client.answer()
            #expect(busy?.status == 503 && busy?.headers["retry-after"] == "5")
            #expect(await client.answer()?.status == 504)
            #expect(running.counts[.handler] == 1 && running.counts[.busy] == 1 && running.counts[.late] == 1)
        }
    }
}
