import JSON
import NIOCore

/// One HTTP reply with its whole body.
struct Reply: Sendable {
    var status = 200
    var contentType = "application/json"
    /// Sent as `x-fal-request-id`.
    var requestID: RequestID?
    var headers: [(name: String, value: String)] = []
    var body = ByteBuffer()
    /// Closes the connection after the reply.
    var closes = false

    init(status: Int = 200, requestID: RequestID? = nil, body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.requestID = requestID
        self.body = body
    }

    init(status: Int = 200, requestID: RequestID? = nil, json: JSONValue) {
        self.init(status: status, requestID: requestID)
        body.writeJSON(json)
    }

    init(status: Int = 200, text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(status: status)
        self.contentType = contentType
        body.writeString(text)
    }
}

extension Reply {
    static func detail(_ status: Int, _ text: String) -> Reply {
        Reply(status: status, json: ["detail": .string(text)])
    }

    static func modelErrors(_ errors: [ModelError], requestID: RequestID?) -> Reply {
        let first = errors.first
        var reply = Reply(
            status: first?.status ?? 422, requestID: requestID, json: ["detail": .array(errors.map(\.json))])
        reply.headers.append(("x-fal-retryable", first?.isRetryable == true ? "true" : "false"))
        return reply
    }

    static func requestError(_ error: RequestError, requestID: RequestID?) -> Reply {
        var reply = Reply(
            status: error.status, requestID: requestID,
            json: ["detail": .string(error.message), "error_type": .string(error.type)])
        reply.headers.append(("x-fal-error-type", error.type))
        return reply
    }

    /// A page of the ingress, which knows no request id.
    static func nginx(_ status: Int) -> Reply {
        let title = "\(status) \(HTTPReason.phrase(status))"
        return Reply(
            status: status,
            text: "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
                + "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
            contentType: "text/html")
    }

    static let jobNotFound = Reply(status: 404, json: ["status": "NOT_FOUND"])

    static func applicationNotFound(_ name: String) -> Reply {
        detail(404, "Application \"\(name)\" not found")
    }
}
