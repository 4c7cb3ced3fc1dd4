internal import NIOCore

/// One answer.
struct WebhookReply {
    var status: Int
    var contentType = "text/plain; charset=utf-8"
    var body: [UInt8]
    /// Further fields.
    var headers: [(name: String, value: String)] = []
    /// The methods that a path has, in an answer to another.
    var allowed: String?
    /// Nothing more is read from the connection.
    var closes = false

    static let accepted = WebhookReply(status: 200, body: "ok\n")

    init(status: Int, body: String) {
        self.status = status
        self.body = Array(body.utf8)
    }

    /// An answer of the program's own; its field `content-type` takes the place of the usual one.
    init(status: Int, headers: [(name: String, value: String)], body: [UInt8]) {
        (self.status, self.body) = (status, body)
        for field in headers {
            if field.name.lowercased() == "content-type" {
                contentType = field.value
            } else {
                self.headers.append(field)
            }
        }
    }

    /// A refusal says no more than its word.
    init(_ reason: WebhookRefusal) {
        status = reason.status
        body = Array("\(reason.rawValue)\n".utf8)
        closes = reason.closes
    }

    func write(to out: inout ByteBuffer, keepsAlive: Bool, isHead: Bool) {
        // Neither has a body, whatever the program says (RFC 9110 §15.3.5, §15.4.5).
        let isBare = status == 204 || status == 304
        out.writeString("HTTP/1.1 \(status) \(Self.phrase(status))\r\n")
        if !isBare { out.writeString("content-type: \(contentType)\r\ncontent-length: \(body.count)\r\n") }
        for field in headers { out.writeString("\(field.name): \(field.value)\r\n") }
        if let allowed { out.writeString("allow: \(allowed)\r\n") }
        if status == 503, !headers.contains(where: { $0.name.lowercased() == "retry-after" }) {
            out.writeStaticString("retry-after: 5\r\n")
        }
        if !keepsAlive { out.writeStaticString("connection: close\r\n") }
        out.writeStaticString("\r\n")
        if !isHead, !isBare { out.writeBytes(body) }
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 303: "See Other"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 413: "Content Too Large"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        // A phrase may be empty (RFC 9112 §4).
        default: ""
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
        case .handler: 500
        case .busy, .keys: 503
        case .late: 504
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
