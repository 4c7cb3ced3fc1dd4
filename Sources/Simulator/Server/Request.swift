import NIOCore
import NIOHTTP1

/// One HTTP request, with the few headers the simulator looks at.
struct Request {
    /// Which of fal's hosts it is for; the paths of the two are alike.
    enum Side {
        case queue
        case run
    }

    let method: HTTPMethod
    /// Without the query.
    private(set) var path: Substring
    private(set) var query: Substring
    private(set) var side: Side
    private(set) var authorization: String?
    let headers: HTTPHeaders
    let body: ByteBuffer?

    init(head: HTTPRequestHead, body: ByteBuffer?, side: Side) {
        method = head.method
        headers = head.headers
        self.body = body
        self.side = side
        (path, query) = Self.split(head.uri[...])
        var target: String?
        for (name, value) in head.headers {
            // Lengths first: nearly every header is ruled out by one comparison.
            switch name.utf8.count {
            case 4 where name.isEqualCaseInsensitiveASCII("host"): readHost(value)
            case 13 where name.isEqualCaseInsensitiveASCII("authorization"): authorization = value
            case 16 where name.isEqualCaseInsensitiveASCII("x-fal-target-url"): target = value
            default: break
            }
        }
        if let target { follow(target) }
    }

    /// The first value of a query parameter, decoded.
    func parameter(_ name: String) -> String? { parameters(name).first }

    /// All values of a query parameter, decoded.
    func parameters(_ name: String) -> [String] {
        if query.isEmpty { return [] }
        return query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.first.map(String.init) == name else { return nil }
            return PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
        }
    }

    func isOn(_ name: String) -> Bool {
        let value = parameter(name)
        return value == "1" || value == "true"
    }

    /// The host `fal.run` is direct runs, `queue.…` the queue, whatever the port.
    private mutating func readHost(_ host: String) {
        if host.hasPrefix("fal.run") { side = .run } else if host.hasPrefix("queue.") { side = .queue }
    }

    /// A proxy's request: the true one is in `x-fal-target-url`.
    private mutating func follow(_ target: String) {
        let rest = target.hasPrefix("https://") ? target.dropFirst(8) : target[...]
        guard let slash = rest.firstIndex(of: "/") else { return }
        side = rest[..<slash].hasPrefix("fal.run") ? .run : .queue
        (path, query) = Self.split(rest[slash...])
    }

    private static func split(_ uri: Substring) -> (path: Substring, query: Substring) {
        guard let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (uri, "") }
        return (uri[..<mark], uri[uri.utf8.index(after: mark)...])
    }
}

extension String {
    fileprivate func isEqualCaseInsensitiveASCII(_ lower: StaticString) -> Bool {
        var at = 0
        for byte in utf8 {
            let folded = UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
            guard at < lower.utf8CodeUnitCount, folded == lower.utf8Start[at] else { return false }
            at += 1
        }
        return at == lower.utf8CodeUnitCount
    }
}
