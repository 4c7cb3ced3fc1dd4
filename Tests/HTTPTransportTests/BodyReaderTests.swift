import EventLoop
import Foundation
import HTTPTransport
import TestSupport
import Testing

/// A body of several pieces, some of them files.
@Suite(.timeLimit(.minutes(1)))
@LoopActor
struct BodyReaderTests {
    let transport = CurlTransport()
    let folder: TemporaryFolder

    nonisolated init() throws {
        folder = try TemporaryFolder()
    }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: folder.path(name)))
        return folder.path(name)
    }

    @Test func `pieces arrive one after the other, byte for byte`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply() } }
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let pieces: [HTTPRequest.Piece] = [
            .bytes(Array("head".utf8)), .file(path: try file("large", large)), .bytes([]),
            .file(path: try file("empty", [])), .bytes(Array("tail".utf8)),
        ]
        for method in [HTTPRequest.Method.post, .put, .patch] {
            _ = try await transport.send(HTTPRequest(method, server.url, body: .pieces(pieces), sendOnce: true))
            let request = try #require(server.requests.last)
            #expect(request.line.hasPrefix("\(method.rawValue) /"))
            #expect(request.body == Array("head".utf8) + large + Array("tail".utf8))
        }
    }

    @Test func `a redirect that keeps the body gets all of it again`() async throws {
        let server = RawServer { connection, _ in
            while let request = connection.request() {
                if request.line.contains("/start") {
                    connection.reply(status: "308 X", headers: "Location: /end\r\n")
                } else {
                    connection.reply()
                }
            }
        }
        let pieces: [HTTPRequest.Piece] = [.bytes([1]), .file(path: try file("two", [2, 3])), .bytes([4])]
        _ = try await transport.send(
            HTTPRequest(.post, server.url + "/start", body: .pieces(pieces), maximumRedirects: 1))
        #expect(server.requests.map(\.body) == [[1, 2, 3, 4], [1, 2, 3, 4]])
    }

    @Test func `a file that is not there is known before anything is sent`() async {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply() } }
        let error = await failure { () throws(TransportError) in
            _ = try await transport.send(
                HTTPRequest(.post, server.url, body: .pieces([.bytes([1]), .file(path: "/nowhere/x")])))
        }
        #expect(error?.reason == .file && error?.delivery == .impossible)
        #expect(error?.message == "cannot read /nowhere/x: No such file or directory")
        #expect(server.requests.isEmpty)
    }
}
