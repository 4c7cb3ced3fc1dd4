import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import Webhooks

/// When fal's key set is asked for, over real sockets.
@Suite(.timeLimit(.minutes(3)))
struct KeyCacheTests {
    private func post(_ running: RunningReceiver, _ signer: WebhookSigner, _ id: String) async -> Int? {
        let body = deliveryBody(id)
        let headers = signer.headers(requestID: id, body: Array(body.utf8))
        return await running.post(body, headers)?.status
    }

    @Test func aNewKeyIsFoundWhenItsFirstDeliveryComes() async throws {
        let (old, new) = (WebhookSigner(1), WebhookSigner(2))
        try await RunningReceiver.with({ $0.firstKeyPause = .nanoseconds(1) }) { running in
            #expect(await post(running, old, "job-1") == 200)
            running.change { $0.keySet = WebhookSigner.keySet(new, old) }
            #expect(await post(running, new, "job-2") == 200)
            #expect(await post(running, old, "job-3") == 200)
            #expect(running.counts.keyRefreshes == 2)
        }
    }

    @Test func aKeyThatFalHasTakenBackIsGoneWithTheNextFetch() async throws {
        let (old, new) = (WebhookSigner(1), WebhookSigner(2))
        try await RunningReceiver.with({ $0.firstKeyPause = .nanoseconds(1) }) { running in
            #expect(await post(running, old, "job-1") == 200)
            running.change { $0.keySet = WebhookSigner.keySet(new) }
            #expect(await post(running, new, "job-2") == 200)
            #expect(await post(running, old, "job-3") == 401)
        }
    }

    @Test func badSignaturesDoNotBecomeRequestsToFal() async throws {
        try await RunningReceiver.with({ $0.firstKeyPause = .seconds(3600) }) { running in
            #expect(await post(running, WebhookSigner(1), "job-0") == 200)
            for number in 1...50 { #expect(await post(running, WebhookSigner(9), "job-\(number)") == 401) }
            #expect(running.counts.keyRefreshes == 1)
            #expect(await post(running, WebhookSigner(1), "job-51") == 200)
        }
    }

    @Test func thePauseBetweenFetchesGrowsWhileTheyBringNothingNew() async throws {
        try await RunningReceiver.with({ $0.firstKeyPause = .milliseconds(1) }) { running in
            for number in 1...300 { _ = await post(running, WebhookSigner(9), "job-\(number)") }
            // 2, 4, 8 … ms: no more than twelve in the first four seconds.
            #expect(running.counts.keyRefreshes < 20)
        }
    }

    @Test func whileNoKeyCanBeHadFalIsToldToComeAgain() async throws {
        try await RunningReceiver.with({ $0.firstKeyPause = .nanoseconds(1) }, unreachable: true) { running in
            #expect(await post(running, WebhookSigner(1), "job-1") == 503)
            #expect(running.counts[.keys] == 1 && running.counts.failedKeyRefreshes == 1)
            running.change { $0.keySet = WebhookSigner.keySet(WebhookSigner(1)) }
            #expect(await post(running, WebhookSigner(1), "job-1") == 200)
        }
    }

    @Test func aFailedFetchKeepsTheOldKeys() async throws {
        try await RunningReceiver.with({
            $0.firstKeyPause = .nanoseconds(1)
            $0.keyLifetime = .nanoseconds(1)
        }) { running in
            #expect(await post(running, WebhookSigner(1), "job-1") == 200)
            for broken in [nil, Array("not json".utf8), Array(#"{"keys":[]}"#.utf8)] {
                running.change { $0.keySet = broken }
                #expect(await post(running, WebhookSigner(1), "job-2\(broken?.count ?? 0)") == 200)
            }
            #expect(running.counts.failedKeyRefreshes == 3)
        }
    }

    @Test func keysAreAskedForAgainWhenTheyAreOld() async throws {
        try await RunningReceiver.with({
            $0.firstKeyPause = .nanoseconds(1)
            $0.keyLifetime = .nanoseconds(1)
        }) { running in
            #expect(await post(running, WebhookSigner(1), "job-1") == 200)
            running.change { $0.keySet = WebhookSigner.keySet(WebhookSigner(2)) }
            #expect(await post(running, WebhookSigner(1), "job-2") == 401)
        }
    }

    @Test func oneAnswerServesAllWhoWaitForIt() async throws {
        try await RunningReceiver.with { running in
            let clients = try (0..<20).map { _ in try running.client() }
            for (number, client) in clients.enumerated() {
                let body = deliveryBody("job-\(number)")
                let headers = WebhookSigner(1).headers(requestID: "job-\(number)", body: Array(body.utf8))
                client.write(WebhookClient.delivery(body, headers))
            }
            for client in clients { #expect(await client.answer()?.status == 200) }
            #expect(running.counts.keyRefreshes == 1)
        }
    }
}

struct KeySetTests {
    @Test func keysOfOtherKindsAreLeftOut() throws {
        let own = String(decoding: WebhookSigner.keySet(WebhookSigner()), as: UTF8.self)
        let mixed = own.replacingOccurrences(
            of: #""keys":["#, with: #""keys":[{"kty":"RSA","n":"x"},{"kty":"OKP","crv":"X25519","x":"AAAA"},{},7,"#)
        #expect(KeySet(Array(mixed.utf8))?.keys.map(\.bytes) == [WebhookSigner().publicKey])
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":[]}"#, #"{"keys":[{"x":"AAAA"}]}"#, #"{"keys":[{"x":"*"}]}"#])
    func aDocumentWithoutAKeyIsNone(text: String) {
        #expect(KeySet(Array(text.utf8)) == nil)
    }

    @Test(
        arguments: [
            ("", []), ("AA", [0]), ("_-8", [255, 239]), ("_-8=", [255, 239]), ("Zm9v", [102, 111, 111]),
        ] as [(String, [UInt8])])
    func base64URLIsRead(text: String, bytes: [UInt8]) {
        #expect(KeySet.base64URL(text) == bytes)
    }

    @Test(arguments: ["A", "+/8", "AA AA", "ä"])
    func anythingElseIsNone(text: String) {
        #expect(KeySet.base64URL(text) == nil)
    }
}

/// The first test vectors of RFC 8032 §7.1.
struct Ed25519KeyTests {
    private static let key = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    private static let signature =
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"

    @Test func theSignatureOfTheStandardIsValidAndOthersAreNot() throws {
        let bytes = try #require(Hexadecimal.bytes(Self.key, count: 32))
        let key = try #require(Ed25519Key(bytes))
        var signature = try #require(Hexadecimal.bytes(Self.signature, count: 64))
        #expect(key.isSigner(of: [0x72], signature))
        #expect(!key.isSigner(of: [0x73], signature))
        #expect(!key.isSigner(of: [0x72], Array(signature.dropLast())))
        signature[5] ^= 1
        #expect(!key.isSigner(of: [0x72], signature))
    }

    @Test func aKeyHasThirtyTwoBytes() {
        #expect(Ed25519Key([1, 2, 3]) == nil)
    }
}

struct ReplayBookTests {
    private func headers(_ number: Int) throws -> SignedHeaders {
        try SignedHeaders(
            HTTPHeaders(WebhookSigner().headers(requestID: "job-\(number)", body: []).map { ($0.name, $0.value) }))
    }

    @Test func theLatestAreKnownAndTheMemoryIsBounded() throws {
        var book = ReplayBook(capacity: 10)
        for number in 0..<100 { book.add(try headers(number)) }
        for number in [91, 99] { #expect(book.contains(try headers(number))) }
        for number in [0, 100] { #expect(!book.contains(try headers(number))) }
    }
}
