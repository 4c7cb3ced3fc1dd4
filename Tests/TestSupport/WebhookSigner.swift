import Foundation

#if canImport(CryptoKit)
    import CryptoKit
#else
    import CCrypto
#endif

/// Signs webhooks as fal does (facts: webhooks §1.8), with a key pair of the test's own.
package struct WebhookSigner: Sendable {
    private let seed: [UInt8]

    /// Another number is another key.
    package init(_ number: UInt8 = 1) {
        seed = [UInt8](repeating: number, count: 32)
    }

    /// The key set in which this signer's public key is.
    package static func keySet(_ signers: WebhookSigner...) -> [UInt8] {
        let keys = signers.map { signer in
            let x = Data(signer.publicKey).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            return #"{"kty":"OKP","crv":"Ed25519","x":"\#(x)"}"#
        }
        return Array(#"{"keys":[\#(keys.joined(separator: ","))]}"#.utf8)
    }

    /// The four headers of a delivery.
    package func headers(
        requestID: String, userID: String = "user", time: Int = Int(Date().timeIntervalSince1970), body: [UInt8]
    ) -> [(name: String, value: String)] {
        let message = "\(requestID)\n\(userID)\n\(time)\n\(Self.hexadecimal(Self.sha256(body)))"
        return [
            ("X-Fal-Webhook-Request-Id", requestID), ("X-Fal-Webhook-User-Id", userID),
            ("X-Fal-Webhook-Timestamp", "\(time)"),
            ("X-Fal-Webhook-Signature", Self.hexadecimal(signature(of: Array(message.utf8)))),
        ]
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    #if canImport(CryptoKit)
        private var key: Curve25519.Signing.PrivateKey? { try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) }

        package var publicKey: [UInt8] { key.map { Array($0.publicKey.rawRepresentation) } ?? [] }

        package func signature(of message: [UInt8]) -> [UInt8] {
            (try? key?.signature(for: message)).map { Array($0) } ?? []
        }

        private static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
    #else
        package var publicKey: [UInt8] {
            let key = ed25519_private_key(seed)
            defer { ed25519_free(key) }
            var bytes = [UInt8](repeating: 0, count: 32)
            return ed25519_public_bytes(key, &bytes) ? bytes : []
        }

        package func signature(of message: [UInt8]) -> [UInt8] {
            let key = ed25519_private_key(seed)
            defer { ed25519_free(key) }
            var signature = [UInt8](repeating: 0, count: 64)
            return ed25519_sign(key, message, message.count, &signature) ? signature : []
        }

        private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
            let context = sha256_begin()
            defer { sha256_free(context) }
            var digest = [UInt8](repeating: 0, count: 32)
            guard sha256_add(context, bytes, bytes.count), sha256_end(context, &digest) else { return [] }
            return digest
        }
    #endif
}
