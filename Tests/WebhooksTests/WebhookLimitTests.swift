import Foundation
import TestSupport
import Testing
import Webhooks

/// Clients that send too much, too slowly or too often.
@Suite(.timeLimit(.minutes(3)))
struct WebhookLimitTests {
    private let signer = WebhookSigner()

    private func delivery(_ id: String, filler: Int = 0) -> String {
        let body = deliveryBody(id).dropLast() + #","filler":"\#(String(repeating: "x", count: filler))"}"#
        return WebhookClient.delivery(String(body), signer.headers(requestID: id, body: Array(body.utf8)))
    }

    @Test func aBodyThatSaysItIsTooLargeIsRefusedBeforeItComes() async throws {
        try await RunningReceiver.with({ $0.maximumBody = 1000 }) { running in
            let client = try running.client()
            client.write("POST /webhooks/fal HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
            #expect(await client.answer()?.status == 413)
            #expect(await client.isClosedByReceiver())
            #expect(running.counts[.bodySize] == 1)
        }
    }

    @Test func aBodyInChunksIsRefusedWhenItGetsTooLarge() async throws {
        try await RunningReceiver.with({ $0.maximumBody = 100_000 }) { running in
            let client = try running.client()
            let headers = signer.headers(requestID: "job-1", body: []).map { "\($0.name): \($0.value)\r\n" }.joined()
            client.write("POST /webhooks/fal HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\(headers)\r\n")
            let chunk = Array("4000\r\n".utf8) + [UInt8](repeating: 65, count: 0x4000) + Array("\r\n".utf8)
            for _ in 0..<20 { client.write(chunk) }
            #expect(await client.answer()?.status == 413)
            #expect(running.counts[.bodySize] == 1 && running.delivered.isEmpty)
        }
    }

    @Test func aDeliveryAsLargeAsAllowedIsTaken() async throws {
        try await RunningReceiver.with { running in
            let client = try running.client()
            client.write(delivery("job-1", filler: 3_900_000))
            #expect(await client.answer()?.status == 200)
        }
    }

    @Test func aHeadWithoutAnEndIsRefused() async throws {
        try await RunningReceiver.with { running in
            for start in ["POST /", "POST / HTTP/1.1\r\nHost: x\r\nX-A: "] {
                let client = try running.client()
                client.write(start)
                for _ in 0..<5 { client.write([UInt8](repeating: 97, count: 8192)) }
                #expect(await client.answer()?.status == 431)
                #expect(await client.isClosedByReceiver())
            }
            #expect(running.counts[.headSize] == 2)
        }
    }

    @Test func whatIsNotHTTPIsRefused() async throws {
        try await RunningReceiver.with { running in
            let client = try running.client()
            client.write("\u{16}\u{3}\u{1} hello\r\n\r\n")
            #expect(await client.answer()?.status == 400)
            #expect(running.counts[.request] == 1)
        }
    }

    @Test func aHeadThatComesTooSlowlyIsRefused() async throws {
        try await RunningReceiver.with({ $0.headTime = .milliseconds(200) }) { running in
            let client = try running.client()
            client.write("POST /webhooks/fal HTTP/1.1\r\nHo")
            #expect(await client.answer()?.status == 408)
            #expect(await client.isClosedByReceiver())
            #expect(running.counts[.slow] == 1)
        }
    }

    @Test func aBodyThatComesTooSlowlyIsRefused() async throws {
        try await RunningReceiver.with({ $0.bodyTime = .milliseconds(200) }) { running in
            let client = try running.client()
            client.write(String(delivery("job-1").dropLast(5)))
            #expect(await client.answer()?.status == 408)
            #expect(running.counts[.slow] == 1 && running.delivered.isEmpty)
        }
    }

    @Test func aConnectionThatAsksForNothingIsClosed() async throws {
        try await RunningReceiver.with({
            $0.headTime = .milliseconds(200)
            $0.idleTime = .milliseconds(200)
        }) { running in
            let silent = try running.client()
            let kept = try running.client()
            kept.write(delivery("job-1"))
            #expect(await kept.answer()?.status == 200)
            #expect(await silent.isClosedByReceiver())
            #expect(await kept.isClosedByReceiver())
            #expect(running.counts[.slow] == 0)
        }
    }

    @Test func moreConnectionsThanAllowedAreToldToComeAgain() async throws {
        try await RunningReceiver.with({ $0.maximumConnections = 2 }) { running in
            let (first, second) = (try running.client(), try running.client())
            first.write(delivery("job-1"))
            second.write(delivery("job-2"))
            #expect(await first.answer()?.status == 200)
            #expect(await second.answer()?.status == 200)
            let third = try running.client()
            #expect(await third.answer()?.status == 503)
            #expect(running.counts[.busy] == 1)
            first.write(delivery("job-3"))
            #expect(await first.answer()?.status == 200)
        }
    }

    @Test func bodiesThatAreTooMuchTogetherAreToldToComeAgain() async throws {
        try await RunningReceiver.with({ $0.maximumBuffered = 500_000 }) { running in
            let (first, second) = (try running.client(), try running.client())
            let large = delivery("job-1", filler: 400_000)
            first.write(String(large.dropLast(10)))
            while running.counts.receivedBytes < large.utf8.count - 10 { await Task.yield() }
            second.write(delivery("job-2", filler: 400_000))
            #expect(await second.answer()?.status == 503)
            first.write(String(large.suffix(10)))
            #expect(await first.answer()?.status == 200)
            let third = try running.client()
            third.write(delivery("job-3", filler: 400_000))
            #expect(await third.answer()?.status == 200)
        }
    }

    @Test func pipelinedDeliveriesAreAnsweredInTheirOrder() async throws {
        try await RunningReceiver.with { running in
            let client = try running.client()
            let bad = WebhookClient.delivery("{}", [])
            client.write(delivery("job-1") + bad + delivery("job-2") + "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            for status in [200, 400, 200, 200] { #expect(await client.answer()?.status == status) }
            #expect(running.delivered == [["job-1"], ["job-2"]])
        }
    }

    @Test func anExpectedContinueIsSent() async throws {
        try await RunningReceiver.with { running in
            let client = try running.client()
            let text = delivery("job-1").replacingOccurrences(of: "Host: x", with: "Host: x\r\nExpect: 100-continue")
            let end = try #require(text.range(of: "\r\n\r\n"))
            client.write(String(text[..<end.upperBound]))
            #expect(await client.answer()?.status == 100)
            client.write(String(text[end.upperBound...]))
            #expect(await client.answer()?.status == 200)
        }
    }
}
