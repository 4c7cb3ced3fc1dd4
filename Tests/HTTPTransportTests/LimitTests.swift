import EventLoop
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct LimitTests {
    let transport = CurlTransport()

    nonisolated init() {}

    private func failure(_ request: HTTPRequest) async -> TransportError? {
        await HTTPTransportTests.failure { () throws(TransportError) in _ = try await transport.send(request) }
    }

    @Test func `a response beyond the limit ends the transfer`() async throws {
        let server = RawServer { connection, _ in
            guard let request = connection.request() else { return }
            if request.line.contains("chunked") {
                connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                while connection.chunk([UInt8](repeating: 120, count: 1000)) > 0 {}
            } else {
                connection.reply([UInt8](repeating: 120, count: 10_001))
            }
        }
        for path in ["/chunked", "/sized"] {
            let error = await failure(HTTPRequest(.get, server.url + path, maximumResponseSize: 10_000))
            #expect(error?.reason == .tooLarge)
            #expect(error?.message == "127.0.0.1:\(server.port): the response has more than 10000 bytes")
        }
    }

    @Test func `a response of exactly the limit is whole`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.reply([UInt8](repeating: 120, count: 10_000))
        }
        let response = try await transport.send(HTTPRequest(.get, server.url, maximumResponseSize: 10_000))
        #expect(response.body.count == 10_000)
    }

    @Test func `gzip is decoded, and its decoded size is what counts`() async throws {
        let bomb = try gzipped(zeros: 50 << 20)
        #expect(bomb.count < 100_000)
        let server = RawServer { connection, _ in
            while let request = connection.request() {
                #expect(request.has("Accept-Encoding: gzip\r\n"))
                connection.reply(bomb, headers: "Content-Encoding: gzip\r\n")
            }
        }
        let error = await failure(HTTPRequest(.get, server.url, maximumResponseSize: 1 << 20))
        #expect(error?.reason == .tooLarge)
        let response = try await transport.send(HTTPRequest(.get, server.url))
        #expect(response.body.count == 50 << 20)
    }

    private func gzipped(zeros count: Int) throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = folder.path("bomb.gz")
        try ChildProcess.run("/bin/sh", ["-c", "head -c \(count) /dev/zero | gzip -c > '\(path)'"])
        return try Array(Data(contentsOf: URL(filePath: path)))
    }

    @Test func `a head without end is cut off`() async {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\n")
            while connection.send("X-Field: \(String(repeating: "x", count: 1000))\r\n") > 0 {}
        }
        let error = await failure(HTTPRequest(.get, server.url))
        #expect(error?.reason == .tooLarge)
    }

    @Test func `silence after the request is the idle deadline's`() async {
        let server = RawServer { connection, _ in
            _ = connection.request()
            _ = connection.waitForClose()
        }
        let error = await failure(
            HTTPRequest(.get, server.url, deadlines: .init(idle: .milliseconds(300), total: .seconds(20))))
        #expect(error?.reason == .timeout(.idle))
        #expect(error?.delivery == .possible)
    }

    @Test func `a slow body is not idle, but can be late`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n")
            // The slowness is what is tested: three seconds for thirty bytes.
            for _ in 0..<30 where connection.send("x") == 1 { Thread.sleep(forTimeInterval: 0.1) }
        }
        let patient = HTTPRequest.Deadlines(idle: .seconds(2), total: .seconds(30))
        let response = try await transport.send(HTTPRequest(.get, server.url, deadlines: patient))
        #expect(response.body.count == 30)
        let error = await failure(
            HTTPRequest(.get, server.url, deadlines: .init(idle: .seconds(10), total: .milliseconds(500))))
        #expect(error?.reason == .timeout(.total))
        #expect(error?.delivery == .possible)
    }

    @Test func `a handshake without an answer is the connect deadline's`() async {
        let server = RawServer { connection, _ in _ = connection.waitForClose() }
        let error = await failure(
            HTTPRequest(
                .get, "https://127.0.0.1:\(server.port)/", deadlines: .init(connect: .milliseconds(300))))
        #expect(error?.reason == .timeout(.connect))
        #expect(error?.delivery == .impossible)
    }
}
