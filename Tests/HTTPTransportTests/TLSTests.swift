import EventLoop
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(5)), .enabled(if: TLSServer.isAvailable, "needs nginx and openssl"))
@LoopActor
struct TLSTests {
    let server: TLSServer
    let transport: CurlTransport

    nonisolated init() async throws {
        server = try await TLSServer()
        transport = CurlTransport(settings: CurlSettings(caFile: server.caFile))
    }

    /// What the server says of a request: protocol, number of the connection, method, size of the body.
    private func answer(_ request: HTTPRequest) async throws(TransportError) -> [String] {
        String(decoding: try await transport.send(request).body, as: UTF8.self).split(separator: " ").map(String.init)
    }

    @Test func `many requests share few connections over HTTP 2`() async throws {
        let url = server.url
        let tasks = (0..<500).map { _ in LoopActor.spawn { try await self.answer(HTTPRequest(.get, url)) } }
        var connections: Set<String> = []
        for task in tasks {
            let answer = try await task.value
            #expect(answer[0] == "HTTP/2.0")
            connections.insert(answer[1])
        }
        #expect(connections.count <= 4)
    }

    @Test func `a submit goes over HTTP 2 as well`() async throws {
        for size in [10, 100_000, 2_000_000] {
            let body = HTTPRequest.Body.bytes([UInt8](repeating: 1, count: size))
            let request = HTTPRequest(.post, server.url + "/whole", body: body, sendOnce: true)
            let answer = try await answer(request)
            #expect(answer == ["POST", "\(size)"])
        }
    }

    @Test func `from https no redirect leads to http`() async {
        let error = await failure { () throws(TransportError) in
            _ = try await transport.send(HTTPRequest(.get, server.url + "/plain", maximumRedirects: 5))
        }
        #expect(error?.reason == .badURL)
        #expect(error?.message.hasSuffix("the redirect leads from https to http") == true)
    }

    @Test func `a server without HTTP 2 gets a connection for each request`() async throws {
        let url = server.plainURL
        #expect(try await answer(HTTPRequest(.get, url))[0] == "HTTP/1.1")
        let tasks = (0..<64).map { _ in LoopActor.spawn { try await self.answer(HTTPRequest(.get, url)) } }
        var connections: Set<String> = []
        for task in tasks { connections.insert(try await task.value[1]) }
        #expect(connections.count > 4)
    }

    @Test func `a certificate nobody vouches for delivers nothing`() async {
        let strict = CurlTransport(settings: CurlSettings())
        let error = await failure { () throws(TransportError) in
            _ = try await strict.send(HTTPRequest(.post, server.url, body: .bytes([1]), sendOnce: true))
        }
        #expect(error?.reason == .tls)
        #expect(error?.delivery == .impossible)
    }

    @Test func `a certificate for another name delivers nothing`() async {
        let url = server.url.replacing("127.0.0.1", with: "localhost")
        let error = await failure { () throws(TransportError) in
            _ = try await transport.send(HTTPRequest(.post, url, body: .bytes([1])))
        }
        #expect(error?.reason == .tls)
        #expect(error?.delivery == .impossible)
    }

    @Test func `certificates that cannot be read are an error`() async {
        let blind = CurlTransport(settings: CurlSettings(caFile: "/nowhere/ca.pem"))
        let error = await failure { () throws(TransportError) in _ = try await blind.send(HTTPRequest(.get, server.url))
        }
        #expect(error?.reason == .tls)
        #expect(error?.message.contains("/nowhere/ca.pem") == true)
    }

    @Test func `a stream has a connection apart from requests`() async throws {
        let stream = try await transport.stream(HTTPRequest(.get, server.url))
        let streamed = String(decoding: try await stream.next() ?? [], as: UTF8.self).split(separator: " ")
        let sent = try await answer(HTTPRequest(.get, server.url))
        #expect(streamed[0] == "HTTP/2.0" && sent[0] == "HTTP/2.0")
        #expect(streamed[1] != sent[1])
    }
}
