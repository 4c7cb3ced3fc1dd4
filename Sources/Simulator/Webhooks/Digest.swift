import CCrypto
import NIOCore

/// SHA-256 (FIPS 180-4).
enum Digest {
    /// 32 bytes; nil when the library has no memory.
    static func sha256(_ bytes: ByteBuffer) -> [UInt8]? {
        guard let context = sha256_begin() else { return nil }
        defer { sha256_free(context) }
        var digest = [UInt8](repeating: 0, count: 32)
        let isIntact = bytes.withUnsafeReadableBytes { bytes in
            bytes.baseAddress.map { sha256_add(context, $0, bytes.count) } ?? true
        }
        return isIntact && sha256_end(context, &digest) ? digest : nil
    }
}
