/// A request's URL with the parts that decide where it goes.
struct RequestURL: Sendable {
    let text: String
    let isSecure: Bool
    private let authorityRange: Range<String.Index>

    /// Host and port as written, without user information; for messages and comparison.
    var authority: Substring { text[authorityRange] }

    /// Throws `badURL` for anything but an absolute http or https URL without blanks or control characters.
    init(_ text: String) throws(TransportError) {
        let bytes = text.utf8
        let isSecure = Self.has(bytes, prefix: "https://")
        guard isSecure || Self.has(bytes, prefix: "http://") else {
            throw Self.bad("the URL must begin with http:// or https://")
        }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw Self.bad("the URL has a blank or a control character: percent-encode it")
        }
        let rest = bytes.dropFirst(isSecure ? 8 : 7).prefix { !Self.endsAuthority($0) }
        let host = rest.lastIndex(of: UInt8(ascii: "@")).map { rest[rest.index(after: $0)...] } ?? rest
        if host.isEmpty { throw Self.bad("the URL has no host") }
        self.text = text
        self.isSecure = isSecure
        authorityRange = host.startIndex..<host.endIndex
    }

    /// True when header fields meant for one are not for the other: another scheme, host or port.
    func isForeign(to other: RequestURL) -> Bool {
        isSecure != other.isSecure || authority.lowercased() != other.authority.lowercased()
    }

    private static func bad(_ message: String) -> TransportError {
        TransportError(.badURL, delivery: .impossible, message: message)
    }

    private static func endsAuthority(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    private static func has(_ bytes: String.UTF8View, prefix: String) -> Bool {
        var rest = bytes[...]
        for byte in prefix.utf8 {
            guard let first = rest.popFirst(), first | (isLetter(byte) ? 0x20 : 0) == byte else { return false }
        }
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") }
}
