/// Where a webhook goes: plain http to this machine, for nothing of the simulator's leaves it.
struct WebhookTarget: Sendable, Equatable {
    let host: String
    let port: Int
    /// With its query.
    let path: String
    /// As it stands in the URL.
    let authority: String

    /// Why a URL is no target, as the end of a sentence.
    struct Refusal: Error, Equatable {
        let reason: String
    }

    init(_ url: String) throws(Refusal) {
        guard url.hasPrefix("http://") else { throw Refusal(reason: "the simulator sends to http:// only") }
        guard url.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) else {
            throw Refusal(reason: "the URL has letters it may not")
        }
        let rest = url.dropFirst(7)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        authority = String(rest[..<end])
        let tail = rest[end...].prefix { $0 != "#" }
        path = tail.hasPrefix("/") ? String(tail) : "/" + tail
        (host, port) = try Self.hostAndPort(authority)
        guard Self.isLoopback(host) else {
            throw Refusal(reason: "\(host) is not this machine, and the simulator sends nowhere else")
        }
    }

    private static func hostAndPort(_ authority: String) throws(Refusal) -> (String, Int) {
        var host = authority[...]
        var port = 80
        let isBracketed = authority.hasPrefix("[")
        let end = isBracketed ? authority.firstIndex(of: "]") : authority.firstIndex(of: ":")
        if let end {
            let tail = isBracketed ? authority[authority.index(after: end)...] : authority[end...]
            host = isBracketed ? authority[..<end].dropFirst() : authority[..<end]
            if !tail.isEmpty {
                guard tail.hasPrefix(":"), let number = Int(tail.dropFirst()), 1...65_535 ~= number else {
                    throw Refusal(reason: "its port is no number from 1 to 65535")
                }
                port = number
            }
        }
        return (String(host), port)
    }

    /// `localhost`, `::1`, and addresses that begin with 127.
    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
