import Foundation
import TestSupport
import Testing
import Webhooks

/// A receiver over real sockets.
@Suite(.timeLimit(.minutes(3)))
struct WebhookReceiverTests {
    private let signer = WebhookSigner()

    private func headers(_ id: String, _ body: String, time: Int? = nil) -> [(name: String, value: String)] {
        signer.headers(
            requestID: id, time: time ?? Int(Date().timeIntervalSince1970), body: Array(body.utf8))
    }

    @Test func aSignedDeliveryIsHandedOn() async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1", gateway: "gateway-1")
            let answer = await running.post(body, headers("job-1", body))
            #expect(answer?.status == 200 && answer?.body == "ok\n")
            #expect(running.delivered == [["job-1", "gateway-1"]])
            #expect(running.counts.accepted == 1 && running.counts.keyRefreshes == 1)
        }
    }

    @Test func theSameDeliveryAgainIsAnsweredWithoutWork() async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            let headers = headers("job-1", body)
            let client = try running.client()
            for _ in 0..<3 { #expect(await client.post(body, headers)?.status == 200) }
            #expect(running.delivered.count == 1)
            #expect(running.counts[.replayed] == 2 && running.counts.accepted == 1)
        }
    }

    @Test func aDeliveryThatFalRepeatsWithAnotherTimestampIsHandedOnAgain() async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            let now = Int(Date().timeIntervalSince1970)
            for time in [now - 20, now] {
                #expect(await running.post(body, headers("job-1", body, time: time))?.status == 200)
            }
            #expect(running.delivered == [["job-1"], ["job-1"]])
        }
    }

    @Test func aBadSignatureIsRefusedAndTheConnectionStaysUsable() async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            let client = try running.client()
            let other = WebhookSigner(2).headers(requestID: "job-1", body: Array(body.utf8))
            let answer = await client.post(body, other)
            #expect(answer?.status == 401 && answer?.body == "signature\n")
            // One byte of the body is another.
            let signed = headers("job-1", body)
            #expect(await client.post(body.replacingOccurrences(of: "OK", with: "KO"), signed)?.status == 401)
            // The signature is another request's.
            var borrowed = headers("job-1", body)
            borrowed[0].value = "job-2"
            #expect(await client.post(body, borrowed)?.status == 401)
            #expect(await client.post(body, signed)?.status == 200)
            #expect(running.counts[.signature] == 3 && running.delivered.count == 1)
        }
    }

    @Test(arguments: [-301, 301])
    func aTimestampFarFromNowIsRefused(offset: Int) async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            let time = Int(Date().timeIntervalSince1970) + offset + offset.signum() * 2
            let answer = await running.post(body, headers("job-1", body, time: time))
            #expect(answer?.status == 401 && answer?.body == "timestamp\n")
            #expect(running.counts[.timestamp] == 1 && running.counts.keyRefreshes == 0)
        }
    }

    @Test(arguments: 0..<4)
    func aMissingHeaderIsRefused(number: Int) async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            var some = headers("job-1", body)
            some.remove(at: number)
            let answer = await running.post(body, some)
            #expect(answer?.status == 400 && answer?.body == "header\n")
        }
    }

    @Test(arguments: [(2, "-5"), (2, "1e9"), (2, ""), (3, "zz"), (3, String(repeating: "0", count: 126)), (0, "")])
    func aHeaderOfAnotherFormIsRefused(number: Int, value: String) async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            var some = headers("job-1", body)
            some[number].value = value
            #expect(await running.post(body, some)?.body == "header\n")
        }
    }

    @Test func aHeaderThatIsThereTwiceIsRefused() async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            let some = headers("job-1", body)
            #expect(await running.post(body, some + [some[1]])?.body == "header\n")
        }
    }

    @Test(arguments: ["", "[]", "{}", #"{"status":"OK"}"#, #"{"status":"OK","request_id":"job-2"}"#, "nonsense"])
    func aSignedBodyThatIsNoDeliveryOfThisRequestIsRefused(body: String) async throws {
        try await RunningReceiver.with { running in
            #expect(await running.post(body, headers("job-1", body))?.body == "body\n")
            #expect(running.delivered.isEmpty && running.counts[.body] == 1)
        }
    }

    @Test func whenThereIsNoRoomFalIsToldToComeAgain() async throws {
        try await RunningReceiver.with { running in
            running.change { $0.hasRoom = false }
            let body = deliveryBody("job-1")
            let headers = headers("job-1", body)
            let answer = await running.post(body, headers)
            #expect(answer?.status == 503 && answer?.headers["retry-after"] == "5")
            running.change { $0.hasRoom = true }
            // It was not taken for a replay.
            #expect(await running.post(body, headers)?.status == 200)
            #expect(running.delivered.count == 1)
        }
    }

    @Test func otherPathsAndMethodsAreRefused() async throws {
        try await RunningReceiver.with { running in
            let client = try running.client()
            #expect(await client.get("/")?.status == 404)
            let answer = await client.get("/webhooks/fal")
            #expect(answer?.status == 405 && answer?.headers["allow"] == "POST")
            client.write("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(await client.answer()?.status == 405)
            #expect(running.counts[.path] == 1 && running.counts[.method] == 2)
        }
    }

    @Test func healthAndMetricsAreAnswered() async throws {
        try await RunningReceiver.with { running in
            let body = deliveryBody("job-1")
            let client = try running.client()
            #expect(await client.post(body, headers("job-1", body))?.status == 200)
            #expect(await client.get("/healthz")?.status == 200)
            let metrics = try #require(await client.get("/metrics"))
            #expect(metrics.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
            let lines = metrics.body.split(separator: "\n")
            #expect(lines.contains("falhost_webhook_accepted_total 1"))
            #expect(lines.contains("falhost_webhook_open_connections 1"))
            #expect(lines.contains("# TYPE falhost_webhook_refused_total counter"))
            running.change { $0.hasRoom = false }
            #expect(await client.get("/healthz")?.status == 503)
        }
    }

    @Test func stoppingLetsAnAnswerLeaveAndTakesNoMore() async throws {
        let running = try await RunningReceiver()
        let body = deliveryBody("job-1")
        let client = try running.client()
        #expect(await client.post(body, headers("job-1", body))?.status == 200)
        await running.receiver.stop()
        #expect(await client.isClosedByReceiver())
        #expect(throws: POSIXError.self) { try running.client() }
    }

    @Test func aPortThatIsTakenIsNamed() async throws {
        try await RunningReceiver.with { running in
            let port = running.receiver.port
            let error = await #expect(throws: WebhookListenError.self) {
                _ = try await RunningReceiver { $0.port = port }
            }
            #expect(error?.description.contains(":\(port)") == true)
        }
    }
}
