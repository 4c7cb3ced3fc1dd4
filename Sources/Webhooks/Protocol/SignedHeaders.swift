internal import CCrypto
internal import NIOHTTP1

/// The four headers of a delivery that fal signs (facts: webhooks §1.8).
struct SignedHeaders {
    let requestID: String
    let userID: String
    /// As it came: the signature is over its characters.
    let timestamp: String
    /// Seconds since 1970.
    let time: Int64
    /// 64 bytes.
    let signature: [UInt8]

    enum Name {
        static let requestID = "x-fal-webhook-request-id"
        static let userID = "x-fal-webhook-user-id"
        static let timestamp = "x-fal-webhook-timestamp"
        static let signature = "x-fal-webhook-signature"
    }

    /// Throws `header` when one of them is missing, there twice or not of its form.
    init(_ headers: HTTPHeaders) throws(WebhookRefusal) {
        requestID = try Self.text(headers, Name.requestID)
        userID = try Self.text(headers, Name.userID)
        timestamp = try Self.text(headers, Name.timestamp)
        let digits = timestamp.utf8
        guard digits.count <= 12, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let time = Int64(timestamp),
            let signature = Hexadecimal.bytes(try Self.text(headers, Name.signature), count: 64)
        else { throw .header }
        self.time = time
        self.signature = signature
    }

    private static func text(_ headers: HTTPHeaders, _ name: String) throws(WebhookRefusal) -> String {
        let values = headers[name]
        guard values.count == 1, (1...256).contains(values[0].utf8.count) else { throw .header }
        return values[0]
    }

    /// What the signature is over: the three texts and the SHA-256 of the body as it came, a line feed between each.
    ///
    /// Nil when the library has no memory.
    func message(body: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let digest = Self.digest(of: body) else { return nil }
        var message = Array(requestID.utf8)
        for text in [userID, timestamp] {
            message.append(UInt8(ascii: "\n"))
            message += text.utf8
        }
        message.append(UInt8(ascii: "\n"))
        Hexadecimal.append(digest, to: &message)
        return message
    }

    private static func digest(of bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        let context = sha256_begin()
        defer { sha256_free(context) }
        guard context != nil else { return nil }
        if let start = bytes.baseAddress, !bytes.isEmpty, !sha256_add(context, start, bytes.count) { return nil }
        var digest = [UInt8](repeating: 0, count: 32)
        return sha256_end(context, &digest) ? digest : nil
    }
}

/// The same word in counters and answers.
typealias WebhookRefusal = ReceiverCounters.Refusal

extension ReceiverCounters.Refusal: Error {}
