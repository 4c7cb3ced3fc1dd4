#if canImport(CryptoKit)
    import CryptoKit
#else
    import CCrypto
#endif

/// A private key of Ed25519 (RFC 8032), new in each simulator: nothing is signed that matters.
final class SigningKey {
    /// The 32 bytes of its public half.
    let publicBytes: [UInt8]

    #if canImport(CryptoKit)
        private let key: Curve25519.Signing.PrivateKey

        init?() {
            key = Curve25519.Signing.PrivateKey()
            publicBytes = Array(key.publicKey.rawRepresentation)
        }

        /// 64 bytes; nil when the library cannot.
        func signature(of message: [UInt8]) -> [UInt8]? {
            (try? key.signature(for: message)).map { Array($0) }
        }
    #else
        private let key: UnsafeMutableRawPointer

        /// Nil when the library cannot make one.
        init?() {
            var random = SystemRandomNumberGenerator()
            let seed = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
            guard let key = ed25519_private_key(seed) else { return nil }
            var bytes = [UInt8](repeating: 0, count: 32)
            guard ed25519_public_bytes(key, &bytes) else {
                ed25519_free(key)
                return nil
            }
            (self.key, publicBytes) = (key, bytes)
        }

        deinit { ed25519_free(key) }

        /// 64 bytes; nil when the library cannot.
        func signature(of message: [UInt8]) -> [UInt8]? {
            var signature = [UInt8](repeating: 0, count: 64)
            return ed25519_sign(key, message, message.count, &signature) ? signature : nil
        }
    #endif
}
