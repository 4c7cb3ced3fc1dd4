#if canImport(CryptoKit)
    internal import CryptoKit
#else
    internal import CCrypto
#endif

/// A public key of Ed25519 (RFC 8032).
final class Ed25519Key {
    let bytes: [UInt8]

    #if canImport(CryptoKit)
        private let key: Curve25519.Signing.PublicKey

        /// Nil unless `bytes` are 32.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else {
                return nil
            }
            (self.bytes, self.key) = (bytes, key)
        }

        /// Whether the signature is of this key and over the message.
        func isSigner(of message: [UInt8], _ signature: [UInt8]) -> Bool {
            signature.count == 64 && key.isValidSignature(signature, for: message)
        }
    #else
        private let key: UnsafeMutableRawPointer

        /// Nil unless `bytes` are 32.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == 32, let key = ed25519_public_key(bytes) else { return nil }
            (self.bytes, self.key) = (bytes, key)
        }

        deinit { ed25519_free(key) }

        /// Whether the signature is of this key and over the message.
        func isSigner(of message: [UInt8], _ signature: [UInt8]) -> Bool {
            signature.count == 64 && ed25519_verify(key, signature, message, message.count)
        }
    #endif
}
