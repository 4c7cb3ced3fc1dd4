/// Status and header fields of a response.
package struct HTTPResponseHead: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    /// The URL that answered, after redirects.
    package let url: String

    package init(status: Int, headers: HTTPHeaders, url: String) {
        self.status = status
        self.headers = headers
        self.url = url
    }
}

/// A whole response.
package struct HTTPResponse: Sendable {
    package let head: HTTPResponseHead
    package let body: [UInt8]

    package var status: Int { head.status }
    package var headers: HTTPHeaders { head.headers }

    package init(head: HTTPResponseHead, body: [UInt8]) {
        self.head = head
        self.body = body
    }
}
