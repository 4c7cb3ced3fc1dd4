import EventLoop
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct RedirectTests {
    let transport = CurlTransport()
    let headers: HTTPHeaders = ["Authorization": "Key id:secret", "X-Own": "1"]

    nonisolated init() {}

    private nonisolated static func redirecting(_ status: String, to location: String) -> RawServer {
        RawServer { connection, _ in
            while let request = connection.request() {
                if request.line.contains("/start") {
                    connection.reply("moved", status: status, headers: "Location: \(location)\r\n")
                } else {
                    connection.reply("arrived")
                }
            }
        }
    }

    @Test func `a redirect is followed only where the request allows it`() async throws {
        let server = Self.redirecting("302 Found", to: "/end")
        let kept = try await transport.send(HTTPRequest(.get, server.url + "/start"))
        #expect(kept.status == 302 && kept.body == Array("moved".utf8))
        let followed = try await transport.send(
            HTTPRequest(.get, server.url + "/start", headers: headers, maximumRedirects: 1))
        #expect(followed.status == 200 && followed.body == Array("arrived".utf8))
        #expect(followed.head.url == server.url + "/end")
        #expect(server.requests.last?.has("Authorization: Key id:secret") == true)
    }

    @Test func `no header field follows to another host`() async throws {
        let foreign = RawServer { connection, _ in while connection.request() != nil { connection.reply("arrived") } }
        let server = Self.redirecting("307 X", to: foreign.url + "/end")
        let response = try await transport.send(
            HTTPRequest(.get, server.url + "/start", headers: headers, maximumRedirects: 3))
        #expect(response.head.url == foreign.url + "/end")
        #expect(foreign.requests.count == 1)
        #expect(foreign.requests.allSatisfy { !$0.has("Authorization") && !$0.has("secret") && !$0.has("X-Own") })
    }

    @Test func `another host is told what the body is, and nothing else`() async throws {
        let foreign = RawServer { connection, _ in while connection.request() != nil { connection.reply("arrived") } }
        let server = Self.redirecting("307 X", to: foreign.url + "/end")
        var headers = headers
        headers["Content-Type"] = "text/plain"
        headers["Cookie"] = "a=secret"
        headers["X-Api-Key"] = "secret"
        _ = try await transport.send(
            HTTPRequest(
                .post, server.url.replacing("//", with: "//anna:secret@") + "/start", headers: headers,
                body: .pieces([.bytes([1, 2]), .bytes([3])]), maximumRedirects: 3))
        #expect(server.requests.first?.has("X-Api-Key: secret") == true)
        let request = try #require(foreign.requests.first)
        #expect(request.has("Content-Type: text/plain") && request.body == [1, 2, 3])
        #expect(!request.has("secret") && !request.has("Authorization") && !request.has("Cookie"))
    }

    @Test func `a body that is not sent any more is not described`() async throws {
        let server = Self.redirecting("303 X", to: "/end")
        _ = try await transport.send(
            HTTPRequest(
                .put, server.url + "/start", headers: ["Content-Type": "text/plain", "X-Own": "1"],
                body: .bytes([1, 2, 3]), maximumRedirects: 1))
        let request = try #require(server.requests.last)
        #expect(request.line.hasPrefix("GET /end") && request.has("X-Own: 1"))
        #expect(!request.has("Content-Type") && !request.has("Content-Length"))
    }

    @Test(arguments: [
        ("302 X", "GET /end", 0), ("303 X", "GET /end", 0), ("307 X", "POST /end", 3), ("308 X", "POST /end", 3),
    ])
    func `the status decides what becomes of a POST`(status: String, line: String, size: Int) async throws {
        let server = Self.redirecting(status, to: "/end")
        _ = try await transport.send(
            HTTPRequest(.post, server.url + "/start", body: .bytes([1, 2, 3]), maximumRedirects: 1))
        #expect(server.requests.last?.line.hasPrefix(line) == true)
        #expect(server.requests.last?.body.count == size)
    }

    @Test func `a circle ends`() async {
        let server = Self.redirecting("301 X", to: "/start")
        let error = await failure { () throws(TransportError) in
            _ = try await transport.send(HTTPRequest(.get, server.url + "/start", maximumRedirects: 4))
        }
        #expect(error?.reason == .tooManyRedirects)
        #expect(server.requests.count == 5)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "http://"])
    func `a redirect leads to the web or nowhere`(location: String) async {
        let server = Self.redirecting("302 X", to: location)
        let error = await failure { () throws(TransportError) in
            _ = try await transport.send(HTTPRequest(.get, server.url + "/start", maximumRedirects: 4))
        }
        #expect(error?.reason == .badURL)
        #expect(error?.delivery == .possible)
    }
}
