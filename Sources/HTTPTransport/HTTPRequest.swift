/// One HTTP request, as a value.
package struct HTTPRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case head = "HEAD"
        case options = "OPTIONS"
    }

    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// A file that is read while it is sent; its size is the body's length.
        case file(path: String)
        /// Bytes `offset..<offset + count` of a file, for one part of a multipart upload.
        case filePart(path: String, offset: Int, count: Int)
        /// Bytes and files, one after the other; the files are read while they are sent.
        case pieces([Piece])
    }

    /// A stretch of a body.
    package enum Piece: Sendable {
        case bytes([UInt8])
        case file(path: String)
    }

    package var method: Method
    /// An absolute `http` or `https` URL, percent-encoded.
    package var url: String
    package var headers: HTTPHeaders
    package var body: Body
    package var deadlines: Deadlines
    /// Bytes of (decoded) response body after which the transfer ends with `TransportError.Reason.tooLarge`.
    package var maximumResponseSize: Int
    /// Redirects to follow; the fal client keeps it at 0, downloads allow a few. Another host gets none of the headers but
    /// those that say what the body is and what is wanted; from https none leads to http.
    package var maximumRedirects: Int
    /// True for a request that must reach the server at most once (a submit): libcurl's own retry on a stale keep-alive
    /// connection is refused, so a lost answer becomes an error with `delivery == .possible`.
    package var sendOnce: Bool
    /// How long the answer may still take when the calling task is cancelled after the request was started; if it comes
    /// in that time it is returned.
    package var cancellationGrace = Duration.zero

    package init(
        _ method: Method, _ url: String, headers: HTTPHeaders = [:], body: Body = .none, deadlines: Deadlines = .init(),
        maximumResponseSize: Int = 64 << 20, maximumRedirects: Int = 0, sendOnce: Bool = false
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.deadlines = deadlines
        self.maximumResponseSize = maximumResponseSize
        self.maximumRedirects = maximumRedirects
        self.sendOnce = sendOnce
    }

    /// Throws what `Transport` would refuse before anything is sent: a bad URL or header field.
    package func check() throws(TransportError) {
        _ = try RequestURL(url)
        try headers.checkForSending()
    }

    /// How long a request may take; each part ends it with `TransportError.Reason.timeout` of that part.
    package struct Deadlines: Sendable {
        /// Name resolution, connection and TLS.
        package var connect: Duration
        /// Time without a byte in either direction.
        package var idle: Duration
        /// The whole request, from start to last byte; nil: no limit (status streams, large downloads).
        package var total: Duration?

        package init(connect: Duration = .seconds(10), idle: Duration = .seconds(60), total: Duration? = .seconds(120))
        {
            self.connect = connect
            self.idle = idle
            self.total = total
        }
    }
}
