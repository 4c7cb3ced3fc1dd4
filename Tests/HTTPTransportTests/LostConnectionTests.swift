import EventLoop
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct LostConnectionTests {
    let transport = CurlTransport()

    nonisolated init() {}

    private func failure(_ request: HTTPRequest) async -> TransportError? {
        await HTTPTransportTests.failure { () throws(TransportError) in _ = try await transport.send(request) }
    }

    @Test func `a refused connection delivers nothing`() async {
        let error = await failure(HTTPRequest(.post, "http://127.0.0.1:\(RawServer.freePort())/", body: .bytes([1])))
        #expect(error?.reason == .connect)
        #expect(error?.delivery == .impossible)
    }

    @Test func `a host without an address delivers nothing`() async {
        let error = await failure(HTTPRequest(.post, "http://name.invalid/", body: .bytes([1])))
        #expect(error?.reason == .resolve)
        #expect(error?.delivery == .impossible)
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nConte", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive."])
    func `a connection that ends early is lost`(answer: String) async {
        for byReset in [false, true] {
            let server = RawServer { connection, _ in
                _ = connection.request()
                connection.send(answer)
                if byReset { connection.reset() }
            }
            let error = await failure(HTTPRequest(.post, server.url, body: .bytes([1, 2, 3]), sendOnce: true))
            #expect(error?.reason == .connectionLost)
            #expect(error?.delivery == .possible)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `nonsense is a lost connection`() async {
        for nonsense in ["SSH-2.0-OpenSSH\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"] {
            let server = RawServer { connection, _ in
                _ = connection.request()
                connection.send(nonsense)
            }
            let error = await failure(HTTPRequest(.get, server.url))
            #expect(error?.reason == .connectionLost, "\(nonsense)")
        }
    }

    @Test func `a kept connection that dies under a request is not tried twice when once is asked for`() async throws {
        let server = RawServer { connection, _ in
            guard connection.request() != nil else { return }
            connection.reply("first")
            // Reads the second request whole and ends without an answer: libcurl would send it again by itself.
            _ = connection.request()
        }
        for body: HTTPRequest.Body in [.bytes(Array("pay".utf8)), .bytes([UInt8](repeating: 1, count: 300_000)), .none]
        {
            let before = server.requests.count
            _ = try await transport.send(HTTPRequest(.get, server.url))
            let error = await failure(HTTPRequest(.post, server.url, body: body, sendOnce: true))
            #expect(error?.reason == .connectionLost)
            #expect(error?.delivery == .possible)
            #expect(server.requests.dropFirst(before).filter { $0.line.hasPrefix("POST") }.count == 1)
        }
    }

    @Test func `a file is not sent twice either`() async throws {
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            connection.reply("first")
            _ = connection.request()
        }
        let folder = try TemporaryFolder()
        try Data("pay".utf8).write(to: folder.url.appending(path: "body"))
        _ = try await transport.send(HTTPRequest(.get, server.url))
        let error = await failure(
            HTTPRequest(.post, server.url, body: .file(path: folder.path("body")), sendOnce: true))
        #expect(error?.reason == .connectionLost && error?.delivery == .possible)
        #expect(server.requests.filter { $0.line.hasPrefix("POST") }.count == 1)
    }

    @Test func `without that wish libcurl sends again`() async throws {
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            connection.reply("first")
            guard connection.request() != nil, number > 0 else { return }
            connection.reply("second")
        }
        _ = try await transport.send(HTTPRequest(.get, server.url))
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.body == Array("first".utf8))
        #expect(server.requests.map(\.connection) == [0, 0, 1])
    }

    @Test func `a connection that was closed while idle is replaced`() async throws {
        let closed = Signal<Bool>()
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            connection.reply("answer")
            if number > 0 { return }
            connection.close()
            closed.give(true)
        }
        _ = try await transport.send(HTTPRequest(.get, server.url))
        _ = await closed.value
        let response = try await transport.send(
            HTTPRequest(.post, server.url, body: .bytes(Array("pay".utf8)), sendOnce: true))
        #expect(response.body == Array("answer".utf8))
        #expect(server.requests.map(\.connection) == [0, 1])
    }
}
