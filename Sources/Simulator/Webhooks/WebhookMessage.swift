import JSON
import NIOCore

/// One delivery of a webhook: the bytes of its request, signed as fal signs (fal: webhooks).
struct WebhookMessage {
    let requestID: RequestID
    let target: WebhookTarget
    let body: ByteBuffer

    /// fal: who the request was for; its own name of the account.
    private static let userID = "simulated-user"

    /// What a job gave, whole: 200 is OK, everything else is ERROR with the model's or the platform's error.
    static func body(_ id: RequestID, status: Int, payload: ByteBuffer) -> ByteBuffer {
        var body = opening(id, status: status == 200 ? "OK" : "ERROR", room: payload.readableBytes)
        body.writeStaticString(",\"payload\":")
        body.writeImmutableBuffer(payload)
        if status != 200 {
            body.writeStaticString(",\"error\":")
            body.writeJSONString("Invalid status code: \(status)")
        }
        body.writeStaticString("}")
        return body
    }

    /// What fal sends where the output is no JSON.
    static func bodyWithoutPayload(_ id: RequestID) -> ByteBuffer {
        var body = opening(id, status: "OK", room: 0)
        body.writeStaticString(
            ",\"payload\":null,\"payload_error\":\"The output cannot be written as JSON; ask the queue for it.\"}")
        return body
    }

    private static func opening(_ id: RequestID, status: String, room: Int) -> ByteBuffer {
        var body = ByteBuffer()
        body.reserveCapacity(256 + room)
        body.writeStaticString("{\"request_id\":\"")
        id.write(to: &body)
        body.writeStaticString("\",\"gateway_request_id\":\"")
        id.write(to: &body)
        body.writeString("\",\"status\":\"\(status)\"")
        return body
    }

    /// The request, signed now or as the fault says; nil when the crypto library has no memory.
    func request(keys: inout WebhookKeys, fault: Fault?) -> ByteBuffer? {
        if fault?.kind == .rotatedKey { keys.rotate() }
        let key = fault?.kind == .unknownKey ? SigningKey() : keys.current
        let body = fault?.kind == .payloadError ? Self.bodyWithoutPayload(requestID) : body
        let age: Int64 = fault?.kind == .oldTimestamp ? 600 : 0
        let timestamp = Timestamp.now.microseconds / 1_000_000 - age
        guard let digest = Digest.sha256(body),
            var signature = key?.signature(
                of: Array("\(requestID)\n\(Self.userID)\n\(timestamp)\n\(Hexadecimal.text(digest))".utf8))
        else { return nil }
        if fault?.kind == .badSignature { signature[0] ^= 1 }
        var request = ByteBuffer()
        request.reserveCapacity(768 + body.readableBytes)
        request.writeString(
            """
            POST \(target.path) HTTP/1.1\r
            Host: \(target.authority)\r
            Content-Type: application/json\r
            Content-Length: \(body.readableBytes)\r
            User-Agent: falhost-simulator\r
            X-Fal-Webhook-Request-Id: \(requestID)\r
            X-Fal-Webhook-User-Id: \(Self.userID)\r
            X-Fal-Webhook-Timestamp: \(timestamp)\r
            X-Fal-Webhook-Signature: \(Hexadecimal.text(signature))\r
            Connection: close\r
            \r

            """)
        request.writeImmutableBuffer(body)
        return request
    }
}
