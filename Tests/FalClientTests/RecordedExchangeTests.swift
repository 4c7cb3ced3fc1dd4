import HTTPTransport
import JSON
import Testing

@testable import FalClient

@Suite(.timeLimit(.minutes(5)))
struct RecordedExchangeTests {
    @Test func `An exchange survives its file`() throws {
        let answer = RecordedExchange.Answer(
            status: 200, url: "https://queue.fal.run/a/b", headers: [("A", "1"), ("a", "2")], body: .file("0001.body"),
            chunks: [(0.5, 3), (1.5, 9)])
        let error = TransportError(.timeout(.idle), delivery: .possible, message: "no answer")
        for outcome in [RecordedExchange.Outcome.answer(answer), .failure(error)] {
            let exchange = RecordedExchange(
                number: 1, method: "POST", url: "https://queue.fal.run/a/b", target: "/a/b", headers: [("X", "y")],
                body: .text("{}"), began: 0.25, outcome: outcome)
            let bytes = try JSONValue.object(exchange.json).serialized(.pretty)
            let read = try #require(RecordedExchange(try JSONValue(parsing: bytes)))
            #expect(read.json == exchange.json)
        }
    }

    @Test(arguments: ["../secret", ".hidden", "a/b"])
    func `A body's file is one of the recording`(name: String) {
        #expect(RecordedBody(["file": .string(name)]) == nil)
    }

    @Test(
        arguments: [
            ("https://s.co/f?X-Amz-Signature=abc123&x=1", "https://s.co/f?X-Amz-Signature=********&x=1"),
            ("{\"url\": \"https://s.co/f?token=abc\"}", "{\"url\": \"https://s.co/f?token=********\"}"),
            ("https://s.co/f?a=1&sig=%2Babc", "https://s.co/f?a=1&sig=********"),
            ("a portrait, token=red", "a portrait, token=red"),
        ])
    func `Signatures of URLs are masked`(text: String, masked: String) {
        #expect(RecordingMask.text(text) == masked)
        #expect(RecordingMask.text(masked) == masked)
    }

    @Test func `Headers that carry secrets are left out`() {
        let headers: HTTPHeaders = ["Authorization": "Key a:b", "Cookie": "c", "set-cookie": "d", "Accept": "e"]
        #expect(RecordingMask.headers(headers).map(\.name) == ["Accept"])
    }

    @Test func `Arguments differ by value, by being there, and never by seed`() {
        let sentences = ArgumentDifferences.sentences(
            recorded: ["prompt": "a", "seed": 1, "steps": 5, "same": [1]],
            sent: ["prompt": "b", "seed": 2, "same": [1], "new": true])
        #expect(sentences == ["prompt was \"a\", is \"b\"", "steps was 5, is not sent", "new was not sent, is true"])
    }

    @Test func `A target is what does not depend on the host`() throws {
        let base = try FalHosts(baseURL: "http://127.0.0.1:8080/x")
        #expect(FalHosts.fal.target(of: "https://queue.fal.run/a/b?c=1") == "/a/b?c=1")
        #expect(base.target(of: "http://127.0.0.1:8080/x/a/b?c=1") == "/a/b?c=1")
        #expect(base.target(of: "http://127.0.0.1:8080/x/run/a/b") == "/a/b")
        #expect(base.target(of: "https://v3.fal.media/f.png") == "https://v3.fal.media/f.png")
    }
}
