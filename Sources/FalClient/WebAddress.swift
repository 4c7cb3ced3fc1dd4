/// The parts of an absolute http or https URL that decide where bytes go.
///
/// Stricter than RFC 3986: no user information, no escapes in the host, no backslash, no character beyond ASCII, so
/// that libcurl cannot read another host out of the same text.
package struct WebAddress: Sendable, Equatable {
    /// The two schemes that libcurl is given.
    package enum Scheme: String, Sendable {
        case http
        case https
    }

    /// In lower case whatever the text has.
    package let scheme: Scheme
    /// In lower case; an IPv6 address keeps its brackets.
    package let host: String
    /// The scheme's own port when the URL names none.
    package let port: Int
    /// Everything after the authority: path, query and fragment.
    package let target: String

    /// nil for anything that is not such a URL.
    package init?(_ text: String) {
        guard let (scheme, rest) = Self.splitScheme(text), rest.utf8.allSatisfy(Self.mayStandInURL) else { return nil }
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        guard let (host, port) = Self.splitAuthority(rest[..<end]) else { return nil }
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port ?? (scheme == .https ? 443 : 80)
        target = String(rest[end...])
    }

    /// `localhost`, `127.0.0.0/8` or `[::1]`: the request does not leave the machine.
    package var isLoopback: Bool {
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Scheme, host and port, without a path: `https://queue.fal.run`.
    package var origin: String {
        let standard = scheme == .https ? 443 : 80
        return "\(scheme.rawValue)://\(host)" + (port == standard ? "" : ":\(port)")
    }

    /// What stands before the query, and the query with its question mark (empty when there is none).
    var pathAndQuery: (path: String, query: String) {
        let target = target.prefix { $0 != "#" }
        let end = target.firstIndex(of: "?") ?? target.endIndex
        return (String(target[..<end]), String(target[end...]))
    }

    private static func splitScheme(_ text: String) -> (Scheme, Substring)? {
        guard let colon = text.firstIndex(of: ":"), let scheme = Scheme(rawValue: text[..<colon].lowercased()),
            text[colon...].hasPrefix("://")
        else { return nil }
        return (scheme, text[colon...].dropFirst(3))
    }

    private static func mayStandInURL(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\\")
    }

    private static func splitAuthority(_ authority: Substring) -> (host: String, port: Int?)? {
        let hostEnd: Substring.Index
        if authority.hasPrefix("[") {
            guard let bracket = authority.firstIndex(of: "]"),
                authority[..<bracket].dropFirst().allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." })
            else { return nil }
            hostEnd = authority.index(after: bracket)
        } else {
            hostEnd = authority.firstIndex(of: ":") ?? authority.endIndex
            guard hostEnd > authority.startIndex, authority[..<hostEnd].utf8.allSatisfy(Self.mayStandInHost) else {
                return nil
            }
        }
        let host = String(authority[..<hostEnd])
        guard hostEnd < authority.endIndex else { return (host, nil) }
        guard authority[hostEnd] == ":", let port = UInt16(authority[hostEnd...].dropFirst()), port > 0 else {
            return nil
        }
        return (host, Int(port))
    }

    private static func mayStandInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
