internal import NIOCore

/// One answer.
struct WebhookReply {
    var status: Int
    var contentType = "text/plain; charset=utf-8"
    var body: String
    /// The methods that a path has, in an answer to another.
    var allowed: String?
    /// Nothing more is read from the connection.
    var closes = false

    static let accepted = WebhookReply(status: 200, body: "ok\n")

    init(status: Int, body: String) {
        self.status = status
        self.body = body
    }

    /// A refusal says no more than its word.
    init(_ reason: WebhookRefusal) {
        status = reason.status
        body = reason.rawValue + "\n"
        closes = reason.closes
    }

    func write(to out: inout ByteBuffer, keepsAlive: Bool, isHead: Bool) {
        out.writeString("HTTP/1.1 \(status) \(Self.phrase(status))\r\ncontent-type: \(contentType)\r\ncontent-length: ")
        out.writeString("\(body.utf8.count)\r\n")
        if let allowed { out.writeString("allow: \(allowed)\r\n") }
        if status == 503 { out.writeStaticString("retry-after: 5\r\n") }
        if !keepsAlive { out.writeStaticString("connection: close\r\n") }
        out.writeStaticString("\r\n")
        if !isHead { out.writeString(body) }
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 431: "Request Header Fields Too Large"
        default: "Service Unavailable"
        }
    }
}

extension ReceiverCounters.Refusal {
    var status: Int {
        switch self {
        case .bodySize: 413
        case .headSize: 431
        case .header, .body, .request: 400
        case .timestamp, .signature: 401
        case .slow: 408
        case .path: 404
        case .method: 405
        case .busy, .keys: 503
        }
    }

    /// What the client still sends is not worth reading.
    var closes: Bool {
        switch self {
        case .bodySize, .headSize, .slow, .request: true
        default: false
        }
    }
}
