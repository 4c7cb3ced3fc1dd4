/// Follows redirects, so that no header field that may hold a secret goes to another host.
///
/// libcurl would follow them too, but keep all header fields except `Authorization` and `Cookie`.
enum Redirect {
    static func isOne(_ response: ResponseHeadParser) -> Bool {
        switch response.status {
        case 301, 302, 303, 307, 308: response.headers["Location"] != nil
        default: false
        }
    }

    /// The request that a redirect asks for (RFC 9110 §15.4); `target` is the absolute URL, as libcurl resolved it.
    static func next(_ hop: Transfer.Hop, status: Int, to target: String?) throws(TransportError) -> Transfer.Hop {
        guard let target, let url = try? RequestURL(target) else {
            throw TransportError(
                .badURL, delivery: .possible,
                message: "\(hop.url.authority): the redirect leads to something that is not an http or https URL")
        }
        guard url.isSecure || !hop.url.isSecure else {
            throw TransportError(
                .badURL, delivery: .possible, message: "\(hop.url.authority): the redirect leads from https to http")
        }
        var next = Transfer.Hop(
            url: url, method: hop.method, headers: url.isForeign(to: hop.url) ? harmless(hop.headers) : hop.headers,
            hasBody: hop.hasBody, number: hop.number + 1)
        if status == 303 && hop.method != .head || status < 303 && hop.method == .post {
            next.method = .get
            next.hasBody = false
            for name in bodyFields { next.headers[name] = nil }
        }
        return next
    }

    /// What describes a body that is not sent any more (RFC 9110 §15.4).
    private static let bodyFields = ["Content-Type", "Content-Encoding", "Content-Language", "Content-Location"]

    /// The fields that any host may see. A list of what is allowed: a secret may stand under any other name.
    private static func harmless(_ headers: HTTPHeaders) -> HTTPHeaders {
        var kept = HTTPHeaders()
        for (name, value) in headers.pairs where harmlessFields.contains(name.lowercased()) { kept.append(name, value) }
        return kept
    }

    private static let harmlessFields: Set<String> = [
        "accept", "accept-encoding", "accept-language", "content-type", "content-encoding", "content-language",
        "user-agent",
    ]
}
