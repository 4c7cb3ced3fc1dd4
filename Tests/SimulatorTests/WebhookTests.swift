import Foundation
import JSON
import Testing

@testable import Simulator

@Suite(.timeLimit(.minutes(5)))
struct WebhookTests {
    /// A simulator that repeats webhooks at once, and a receiver.
    private func withReceiver(
        statuses: [Int] = [200], faults: [String] = [], timeout: Duration = .seconds(15),
        _ test: (Simulator, HTTPClient, WebhookReceiver) async throws -> Void
    ) async throws {
        var configuration = SimulatorConfiguration()
        configuration.webhookRetry = .milliseconds(1)
        configuration.webhookTimeout = timeout
        let receiver = try WebhookReceiver(statuses: statuses)
        defer { receiver.stop() }
        try await withSimulator(configuration, faults: faults) { try await test($0, $1, receiver) }
    }

    @Test func aCompletedJobIsAnnouncedWithItsOutputAndASignature() async throws {
        try await withReceiver { simulator, client, receiver in
            let path = try client.submit(#"{"prompt":"кот","seed":0}"#, webhook: receiver.url)
            let id = path.split(separator: "/").last.map(String.init)
            let delivery = try #require(await receiver.next())
            #expect(delivery.path == "/hook?a=1")
            #expect(delivery.headers["host"] == "127.0.0.1:\(receiver.port)")
            #expect(delivery.headers["content-type"] == "application/json")
            #expect(delivery.headers["x-fal-webhook-request-id"] == id)
            #expect(delivery.headers["x-fal-webhook-user-id"] == "simulated-user")
            let time = try #require(delivery.headers["x-fal-webhook-timestamp"].flatMap { Double($0) })
            #expect(abs(time - Date.now.timeIntervalSince1970) < 60)
            let body = try delivery.json
            #expect(body["request_id"]?.stringValue == id)
            #expect(body["gateway_request_id"]?.stringValue == id)
            #expect(body["status"] == "OK")
            #expect(body["error"] == nil)
            #expect(try body["payload"] == client.request("GET", path).json)
            #expect(delivery.isSigned(by: try client.keySet()))
            try await client.settled(path, "delivered, tries: 1")
            #expect(simulator.counters().webhooks.delivered == 1)
        }
    }

    @Test func theKeySetIsServedWithoutAKey() async throws {
        try await withSimulator { _, client in
            let reply = try client.request("GET", "/.well-known/jwks.json", authorization: nil)
            let key = try #require(try reply.json["keys"]?.arrayValue?.first)
            #expect(key["kty"] == "OKP" && key["crv"] == "Ed25519")
            #expect(key["x"]?.stringValue?.count == 43)
        }
    }

    /// Input or fault, and what the payload and the error are then.
    static let failures: [(String, String?, String, String)] = [
        (#"{"prompt":7}"#, nil, "Invalid status code: 422", "string_type"),
        (
            #"{"prompt":"a"}"#, "job:model-error:type=internal_server_error", "Invalid status code: 500",
            "internal_server_error"
        ),
        (#"{"prompt":"a"}"#, "job:failed", "Invalid status code: 503", "runner_disconnected"),
    ]

    @Test(arguments: failures)
    func aFailedJobIsAnnouncedWithItsError(input: String, fault: String?, error: String, type: String) async throws {
        try await withReceiver(faults: fault.map { [$0] } ?? []) { _, client, receiver in
            let path = try client.submit(input, webhook: receiver.url)
            let delivery = try #require(await receiver.next())
            let body = try delivery.json
            #expect(body["status"] == "ERROR")
            #expect(body["error"]?.stringValue == error)
            let payload = body["payload"]
            #expect(try payload == client.request("GET", path).json)
            #expect((payload?["detail"]?.arrayValue?.first?["type"] ?? payload?["error_type"])?.stringValue == type)
            #expect(delivery.isSigned(by: try client.keySet()))
        }
    }

    @Test func aTrainingAndAnInlinePictureAreAnnouncedToo() async throws {
        try await withReceiver { _, client, receiver in
            let url = try client.upload(TrainerTests.zip())
            let training = try client.submit(
                #"{"images_data_url":"\#(url)"}"#, to: TrainerTests.portrait, webhook: receiver.url)
            let trained = try #require(await receiver.next())
            #expect(try trained.json["payload"] == client.request("GET", training).json)
            #expect(try trained.json["payload"]?["diffusers_lora_file"] != nil)
            _ = try client.submit(#"{"prompt":"a","sync_mode":true,"image_size":"square"}"#, webhook: receiver.url)
            let inline = try #require(await receiver.next())
            let image = try inline.json["payload"]?["images"]?.arrayValue?.first?["url"]?.stringValue
            #expect(image?.hasPrefix("data:image/jpeg;base64,") == true)
            #expect(inline.isSigned(by: try client.keySet()))
        }
    }

    @Test func aCancelledJobIsAnnouncedAsAnError() async throws {
        try await withReceiver(faults: ["job:endless"]) { _, client, receiver in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            #expect(try client.request("PUT", path + "/cancel").status == 202)
            let body = try #require(await receiver.next()).json
            #expect(body["status"] == "ERROR")
            #expect(body["payload"]?["error_type"] == "client_cancelled")
        }
    }

    @Test func whatIsNotTakenIsSentAgainWithTheSameBodyUntilItIs() async throws {
        try await withReceiver(statuses: [500, 429, 404, 204]) { simulator, client, receiver in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            let first = try #require(await receiver.next())
            for _ in 0..<3 {
                let again = try #require(await receiver.next())
                #expect(again.body == first.body)
                #expect(again.isSigned(by: try client.keySet()))
            }
            try await client.settled(path, "delivered, tries: 4")
            #expect(simulator.counters().webhooks.sent == 4)
        }
    }

    @Test func aReceiverThatDoesNotAnswerIsAskedAgain() async throws {
        try await withReceiver(statuses: [0, 200], timeout: .seconds(2)) { _, client, receiver in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            _ = try #require(await receiver.next())
            _ = try #require(await receiver.next())
            try await client.settled(path, "delivered, tries: 2")
        }
    }

    @Test func afterElevenTriesItIsGivenUp() async throws {
        try await withReceiver(statuses: [503]) { simulator, client, receiver in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            for _ in 0..<11 { _ = try #require(await receiver.next()) }
            try await client.settled(path, "failed, tries: 11, the last: 503")
            #expect(simulator.counters().webhooks.failed == 1)
            #expect(simulator.counters().webhooks.sent == 11)
        }
    }

    @Test func aPortThatNobodyListensOnIsTriedAgain() async throws {
        try await withReceiver { _, client, receiver in
            receiver.stop()
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            try await client.settled(path, "failed, tries: 11")
        }
    }

    @Test func aRedirectIsFinal() async throws {
        try await withReceiver(statuses: [307]) { simulator, client, receiver in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            _ = try #require(await receiver.next())
            try await client.settled(path, "failed: 307")
            #expect(simulator.counters().webhooks.sent == 1)
        }
    }

    @Test(arguments: [
        "https://example.com/hook", "http://example.com/hook", "http://10.0.0.1/", "ftp://127.0.0.1/", "x",
    ])
    func onlyThisMachineIsATarget(url: String) async throws {
        var configuration = SimulatorConfiguration()
        let (lines, comes) = AsyncStream.makeStream(of: String.self)
        configuration.report = { comes.yield($0) }
        try await withSimulator(configuration) { simulator, client in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: url)
            let line = try #require(await lines.first { _ in true })
            #expect(line.contains("is not sent: "))
            try await client.settled(path, "refused: ")
            #expect(simulator.counters().webhooks.refused == 1)
            #expect(try client.request("GET", path).status == 200)
        }
    }

    @Test func aDeliveryCanComeTwice() async throws {
        try await withReceiver(faults: ["webhook:twice"]) { _, client, receiver in
            let path = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            let first = try #require(await receiver.next())
            let second = try #require(await receiver.next())
            #expect(first.body == second.body)
            try await client.settled(path, "delivered, tries: 2")
        }
    }

    @Test func aDeliveryCanBeLost() async throws {
        try await withReceiver(faults: ["webhook:lost"]) { simulator, client, receiver in
            let lost = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            try await client.settled(lost, "lost")
            let path = try client.submit(#"{"prompt":"b"}"#, webhook: receiver.url)
            #expect(try #require(await receiver.next()).json["payload"]?["prompt"] == "b")
            try await client.settled(path, "delivered")
            #expect(simulator.counters().webhooks.lost == 1)
            #expect(simulator.counters().faults == 1)
        }
    }

    @Test func aSignatureCanBeWrongAndTheNextOneIsRight() async throws {
        try await withReceiver(statuses: [401, 200], faults: ["webhook:bad-signature"]) { _, client, receiver in
            _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            #expect(try await receiver.next()?.isSigned(by: client.keySet()) == false)
            #expect(try await receiver.next()?.isSigned(by: client.keySet()) == true)
        }
    }

    @Test func aTimestampCanBeOldAndIsSignedSo() async throws {
        try await withReceiver(faults: ["webhook:old-timestamp"]) { _, client, receiver in
            _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            let delivery = try #require(await receiver.next())
            let time = try #require(delivery.headers["x-fal-webhook-timestamp"].flatMap { Double($0) })
            #expect(Date.now.timeIntervalSince1970 - time > 500)
            #expect(delivery.isSigned(by: try client.keySet()))
        }
    }

    @Test func aKeyCanBeUnknownOrNew() async throws {
        try await withReceiver(faults: ["webhook:unknown-key", "webhook:rotated-key"]) { _, client, receiver in
            let before = try client.keySet()
            _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            let unknown = try #require(await receiver.next())
            #expect(!unknown.isSigned(by: try client.keySet()))
            _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            let rotated = try #require(await receiver.next())
            #expect(!rotated.isSigned(by: before))
            #expect(rotated.isSigned(by: try client.keySet()))
            #expect(try client.keySet()["keys"]?.arrayValue?.count == 2)
            _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            #expect(try await receiver.next()?.isSigned(by: client.keySet()) == true)
        }
    }

    @Test func aPayloadCanBeMissing() async throws {
        try await withReceiver(faults: ["webhook:payload-error"]) { _, client, receiver in
            _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url)
            let delivery = try #require(await receiver.next())
            #expect(try delivery.json["payload"] == .null)
            #expect(try delivery.json["payload_error"]?.stringValue != nil)
            #expect(delivery.isSigned(by: try client.keySet()))
        }
    }

    @Test func aThousandWebhooksArriveEachOnce() async throws {
        try await withReceiver { simulator, client, receiver in
            for _ in 0..<1000 { _ = try client.submit(#"{"prompt":"a"}"#, webhook: receiver.url) }
            var ids: Set<String> = []
            for _ in 0..<1000 {
                ids.insert(try #require(await receiver.next()).headers["x-fal-webhook-request-id"] ?? "")
            }
            #expect(ids.count == 1000)
            #expect(simulator.counters().webhooks.sent == 1000)
        }
    }
}

extension HTTPClient {
    func submit(_ json: String, to endpoint: String = "fal-ai/flux-lora", webhook: String) throws -> String {
        let escaped = webhook.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try submit(json, to: endpoint + "?fal_webhook=\(escaped)")
    }

    func keySet() throws -> JSONValue {
        try request("GET", "/.well-known/jwks.json", authorization: nil).json
    }

    /// Waits until the webhook of a job has come to this; the test's time limit ends it.
    func settled(_ path: String, _ state: String) async throws {
        let id = path.split(separator: "/").last ?? ""
        while true {
            let job = try request("GET", "/_simulator/jobs/\(id)").json
            if job["webhook_state"]?.stringValue?.hasPrefix(state) == true { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
