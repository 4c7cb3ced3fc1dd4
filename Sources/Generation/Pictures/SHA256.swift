internal import CCrypto

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package struct SHA256: ~Copyable {
    private let context: UnsafeMutableRawPointer?
    private var isIntact: Bool

    package init() {
        context = sha256_begin()
        isIntact = context != nil
    }

    deinit { sha256_free(context) }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard isIntact, let start = bytes.baseAddress else { return }
        isIntact = sha256_add(context, start, bytes.count)
    }

    /// 64 hexadecimal digits; nil when the library has no memory.
    package consuming func digest() -> String? {
        var digest = [UInt8](repeating: 0, count: 32)
        guard isIntact, sha256_end(context, &digest) else { return nil }
        return digest.reduce(into: "") { text, byte in
            if byte < 16 { text += "0" }
            text += String(byte, radix: 16)
        }
    }

    /// The digest of a text's UTF-8.
    package static func digest(of text: String) -> String? {
        var hash = SHA256()
        var text = text
        text.withUTF8 { hash.add(UnsafeRawBufferPointer($0)) }
        return hash.digest()
    }
}
