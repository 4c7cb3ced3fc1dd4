import EventLoop
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct SendTests {
    let transport = CurlTransport()

    nonisolated init() {}

    @Test func `requests one after the other share a connection`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply("hello") } }
        for _ in 0..<3 {
            let response = try await transport.send(HTTPRequest(.get, server.url + "/a?b=c"))
            #expect(response.status == 200)
            #expect(response.headers["content-LENGTH"] == "5")
            #expect(response.body == Array("hello".utf8))
            #expect(response.head.url == server.url + "/a?b=c")
        }
        #expect(server.requests.map(\.connection) == [0, 0, 0])
        #expect(server.requests.allSatisfy { $0.line == "GET /a?b=c HTTP/1.1" })
    }

    @Test func `method, header fields and body arrive as given`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply() } }
        let headers: HTTPHeaders = ["Content-Type": "application/json", "X-Empty": "", "Authorization": "Key a:b"]
        for method in [HTTPRequest.Method.post, .put] {
            _ = try await transport.send(
                HTTPRequest(method, server.url, headers: headers, body: .bytes(Array("{}".utf8))))
        }
        _ = try await transport.send(HTTPRequest(.put, server.url))
        _ = try await transport.send(HTTPRequest(.delete, server.url))
        _ = try await transport.send(HTTPRequest(.head, server.url))
        let requests = server.requests
        #expect(requests.map { $0.line.prefix { $0 != " " } } == ["POST", "PUT", "PUT", "DELETE", "HEAD"])
        for request in requests.prefix(2) {
            #expect(request.body == Array("{}".utf8))
            #expect(request.has("Content-Type: application/json\r\n") && request.has("X-Empty:\r\n"))
            #expect(request.has("Authorization: Key a:b\r\n") && !request.has("Expect:"))
        }
        #expect(requests[2].has("Content-Length: 0\r\n") && !requests[2].has("Content-Type"))
    }

    @Test func `a body comes from a file or a part of it`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply() } }
        let folder = try TemporaryFolder()
        let content = (0..<200_000).map { UInt8(truncatingIfNeeded: $0) }
        try Data(content).write(to: folder.url.appending(path: "body"))
        let path = folder.path("body")
        _ = try await transport.send(HTTPRequest(.put, server.url, body: .file(path: path)))
        _ = try await transport.send(
            HTTPRequest(.post, server.url, body: .filePart(path: path, offset: 1000, count: 5)))
        #expect(server.requests[0].body == content)
        #expect(server.requests[0].line.hasPrefix("PUT ") && server.requests[1].line.hasPrefix("POST "))
        #expect(server.requests[1].body == Array(content[1000..<1005]))
    }

    @Test func `a file that is missing or too short is named before anything is sent`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply() } }
        let missing = await failure { () throws(TransportError) in
            _ = try await transport.send(HTTPRequest(.put, server.url, body: .file(path: "/nowhere/body")))
        }
        #expect(missing?.reason == .file && missing?.delivery == .impossible)
        #expect(missing?.message == "cannot read /nowhere/body: No such file or directory")
        let folder = try TemporaryFolder()
        try Data([1, 2, 3]).write(to: folder.url.appending(path: "short"))
        let short = await failure { () throws(TransportError) in
            let body = HTTPRequest.Body.filePart(path: folder.path("short"), offset: 1, count: 3)
            _ = try await transport.send(HTTPRequest(.put, server.url, body: body))
        }
        #expect(short?.reason == .file && short?.message.contains("it has 3 bytes") == true)
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        "ftp://127.0.0.1/", "", "http://", "http://a b/", "127.0.0.1:80", "http://[::1/", "http://h:99999/",
    ])
    func `a URL that is none is refused`(url: String) async {
        let error = await failure { () throws(TransportError) in
            _ = try await transport.send(HTTPRequest(.get, url))
        }
        #expect(error?.reason == .badURL)
        #expect(error?.delivery == .impossible)
    }

    @Test func `a header field cannot smuggle in another`() async {
        for headers: HTTPHeaders in [["X": "a\r\nHost: evil"], ["X\r\nY": "a"], ["X": "a\0b"], ["": "a"]] {
            let error = await failure { () throws(TransportError) in
                _ = try await transport.send(HTTPRequest(.get, "http://127.0.0.1:1/", headers: headers))
            }
            #expect(error?.reason == .other && error?.delivery == .impossible)
            #expect(error?.message.contains("evil") == false)
        }
    }

    @Test func `a status of any kind is a response`() async throws {
        let server = RawServer { connection, _ in
            while let request = connection.request() {
                let status = request.line.split(separator: " ")[1].dropFirst()
                connection.reply("why", status: "\(status) X", headers: "Location: /elsewhere\r\n")
            }
        }
        for status in [201, 302, 404, 422, 503] {
            let response = try await transport.send(HTTPRequest(.get, "\(server.url)/\(status)"))
            #expect(response.status == status)
            #expect(response.body == Array("why".utf8))
        }
    }

    @Test func `an informational head is not the response's`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n")
            connection.reply("x", headers: "X-Late: 1\r\n")
        }
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.status == 200)
        #expect(response.headers["X-Early"] == nil && response.headers["X-Late"] == "1")
    }

    @Test func `at most the limit is in flight, and every request has its turn`() async throws {
        let open = Locked((now: 0, most: 0))
        let server = RawServer { connection, _ in
            while connection.request() != nil {
                open.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                // The time that a request takes, so that others come while it is in flight.
                Thread.sleep(forTimeInterval: 0.002)
                open.withLock { $0.now -= 1 }
                connection.reply("ok")
            }
        }
        let transport = CurlTransport(settings: CurlSettings(maximumTransfers: 8))
        let tasks = (0..<200).map { _ in
            LoopActor.spawn { try await transport.send(HTTPRequest(.get, server.url)).status }
        }
        for task in tasks { #expect(try await task.value == 200) }
        #expect(server.requests.count == 200)
        #expect(open.withLock { $0.most } <= 8)
        #expect(Set(server.requests.map(\.connection)).count <= 8)
    }
}
