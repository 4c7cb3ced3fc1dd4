import EventLoop
import FalClient
import HTTPTransport
import JSON
import LuaRuntime

/// A request as a script wants it.
struct HTTPOrder {
    let request: HTTPRequest
    /// Whether the script reads the body as it comes.
    let isStream: Bool
    /// For messages: "GET https://example.com/a", with what is secret in the URL masked.
    let name: String

    /// The most that a body may have when the script sets no limit, and a line of a streamed one.
    static let usualLimit = 64 << 20

    var longestLine: Int { min(request.maximumResponseSize, Self.usualLimit) }

    /// Reads the arguments of `http.request{…}` or `http.get(url, {…})`; throws an argument error that says what is wrong.
    @LoopActor
    init(_ call: LuaCall, _ verb: HTTPModule.Verb) throws {
        let options: Int32 = verb == .request ? 1 : 2
        var url = try verb == .request ? call.stringOption("url", at: 1) ?? "" : call.requireString(1)
        url += try Self.query(call, options, after: url)
        let method =
            try verb.method ?? HTTPRequest.Method(rawValue: call.stringOption("method", at: 1) ?? "GET") ?? .get
        var request = HTTPRequest(method, url, headers: try Self.headers(call, options))
        if let body = try HTTPRequestBody(call, options) {
            if method == .head { throw call.argumentError(options, "a HEAD request has no body") }
            body.place(in: &request)
        }
        isStream = call.flagOption("stream", at: options)
        let timeout = call.durationOption("timeout", at: options) ?? .seconds(30)
        // A stream may go on for ever, as long as something comes.
        request.deadlines = .init(connect: timeout, idle: timeout, total: isStream ? nil : timeout)
        let limit = call.countOption("max_bytes", at: options)
        request.maximumResponseSize = limit ?? (isStream ? .max : Self.usualLimit)
        request.maximumRedirects = call.countOption("redirects", at: options) ?? 5
        // What may not be done twice is not sent again by libcurl either, when a kept connection turns out dead.
        request.sendOnce = method == .post || method == .patch
        do throws(TransportError) {
            try request.check()
        } catch {
            throw call.argumentError(verb == .request ? 1 : error.reason == .badURL ? 1 : 2, error.message)
        }
        self.request = request
        name = "\(method.rawValue) \(URLSecrets.masked(url))"
    }

    /// `?a=1&b=2`, or `&a=1&b=2` behind a query that the URL has.
    @LoopActor
    private static func query(_ call: LuaCall, _ index: Int32, after url: String) throws -> String {
        guard let text = try HTTPRequestBody.pairs("query", call, index, space: "%20"), !text.isEmpty else { return "" }
        if url.contains("#") { throw call.argumentError(index, "query: the URL has a fragment (#)") }
        return (url.contains("?") ? "&" : "?") + text
    }

    @LoopActor
    private static func headers(_ call: LuaCall, _ index: Int32) throws -> HTTPHeaders {
        var fields: [(name: String, value: String)] = []
        try HTTPRequestBody.forEachPair("headers", call, index) { name, value in
            guard let name = String(validating: name, as: UTF8.self),
                let value = String(validating: value, as: UTF8.self)
            else { throw call.argumentError(index, "headers: a field is not valid UTF-8") }
            if ["content-length", "transfer-encoding"].contains(name.lowercased()) {
                throw call.argumentError(index, "headers: \(name) follows from the body")
            }
            fields.append((name, value))
        }
        var headers = HTTPHeaders()
        for (name, value) in fields.sorted(by: { $0.name < $1.name }) { headers.append(name, value) }
        return headers
    }

    /// The error that a request without a whole answer is. `details.sent` is false when the server cannot have seen it.
    func failure(_ error: TransportError) -> FalError {
        let code: FalError.Code =
            switch error.reason {
            case .cancelled: .cancelled
            case .timeout: .timeout
            case .file: .storage
            case .tooLarge, .tooManyRedirects, .badURL: .malformedResponse
            case .resolve, .connect, .tls, .connectionLost, .notRecorded, .other: .network
            }
        let hint = error.reason == .tooLarge ? " (max_bytes)" : ""
        return FalError(
            code, "\(name): \(reason(error))\(hint)",
            details: ["sent": .bool(error.delivery == .possible)], retryable: code == .network || code == .timeout)
    }

    /// In the transport's words, without the host when the URL before it says the same.
    func reason(_ error: TransportError) -> String {
        guard let colon = error.message.firstRange(of: ": "), name.contains(error.message[..<colon.lowerBound]) else {
            return URLSecrets.masked(error.message)
        }
        return URLSecrets.masked(String(error.message[colon.upperBound...]))
    }
}
