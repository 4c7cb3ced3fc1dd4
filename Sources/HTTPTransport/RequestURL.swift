/// A request's URL with the parts that decide where it goes.
struct RequestURL: Sendable {
    let text: String
    let isSecure: Bool
    private let authorityRange: Range<String.Index>

    /// Host and port as written, without user information; for messages and comparison.
    var authority: Substring { text[authorityRange] }

    /// Throws `badURL` for anything but an absolute http or https URL without blanks or control characters.
    init(_ text: String) throws(TransportError) {
        var text = text
        let place = try text.withUTF8 { Self.authority(in: $0) }.get()
        isSecure = place.isSecure
        let bytes = text.utf8
        let start = bytes.index(bytes.startIndex, offsetBy: place.range.lowerBound)
        authorityRange = start..<bytes.index(start, offsetBy: place.range.count)
        self.text = text
    }

    private static func authority(
        in bytes: UnsafeBufferPointer<UInt8>
    ) -> Result<(isSecure: Bool, range: Range<Int>), TransportError> {
        let isSecure = has(bytes, prefix: "https://")
        guard isSecure || has(bytes, prefix: "http://") else {
            return .failure(bad("the URL must begin with http:// or https://"))
        }
        for byte in bytes where byte <= 0x20 || byte == 0x7F {
            return .failure(bad("the URL has a blank or a control character: percent-encode it"))
        }
        var start = isSecure ? 8 : 7
        var end = start
        while end < bytes.count, !endsAuthority(bytes[end]) {
            end += 1
            if bytes[end - 1] == UInt8(ascii: "@") { start = end }
        }
        return start == end ? .failure(bad("the URL has no host")) : .success((isSecure, start..<end))
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

    private static func has(_ bytes: UnsafeBufferPointer<UInt8>, prefix: StaticString) -> Bool {
        guard bytes.count >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount {
            let wanted = prefix.utf8Start[index]
            guard bytes[index] | (isLetter(wanted) ? 0x20 : 0) == wanted else { return false }
        }
        return true
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "a") }
}
