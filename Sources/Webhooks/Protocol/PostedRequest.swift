internal import NIOCore
internal import NIOHTTP1

/// A request for a path that the program has opened.
package struct PostedRequest: Sendable {
    package let method: String
    /// As it came, percent-encoded, without the query.
    package let path: String
    /// What stands behind the `?`; empty when nothing does.
    package let query: String
    /// In the order in which they came, names in lower case; several fields of one name are joined by a comma
    /// (RFC 9110 §5.3).
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    init(_ head: HTTPRequestHead, body: ByteBuffer?) {
        method = head.method.rawValue
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count > 1 ? String(parts[1]) : ""
        var headers: [(name: String, value: String)] = []
        for (name, value) in head.headers {
            let name = name.lowercased()
            if let index = headers.firstIndex(where: { $0.name == name }) {
                headers[index].value += ", " + value
            } else {
                headers.append((name, value))
            }
        }
        self.headers = headers
        self.body = body.map { Array($0.readableBytesView) } ?? []
    }
}

/// What the program answers.
package enum PostedAnswer: Sendable {
    /// A status from 200 on. The fields must be fit for a response (RFC 9110 §5); length and connection are the
    /// receiver's business.
    case response(status: Int, headers: [(name: String, value: String)], body: [UInt8])
    /// Why there is no answer of its own.
    case refused(ReceiverCounters.Refusal)
}
