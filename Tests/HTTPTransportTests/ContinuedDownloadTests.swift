import EventLoop
import Foundation
import TestSupport
import Testing

@testable import HTTPTransport

/// A download whose connection breaks in the middle.
@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct ContinuedDownloadTests {
    private let transport = CurlTransport()
    private let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    nonisolated init() {}

    /// Sends the head and 600 000 bytes, and then resets the connection once the client has some of them.
    private nonisolated static func breakOff(_ connection: RawConnection, _ content: [UInt8], _ headers: String) {
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(content.count)\r\n\(headers)\r\n")
        connection.send(Array(content.prefix(600_000)))
        connection.close()
    }

    /// The file after a broken and a second request.
    private func twice(
        _ server: RawServer, _ folder: TemporaryFolder
    ) async throws -> (first: Int, result: HTTPDownload, bytes: [UInt8]) {
        let file = try DownloadFile(path: folder.path("a.png"))
        await #expect(throws: TransportError.self) {
            _ = try await transport.download(HTTPRequest(.get, server.url), into: file)
        }
        let first = file.size
        let result = try await transport.download(HTTPRequest(.get, server.url), into: file)
        try file.finish()
        #expect(folder.names == ["a.png"])
        return (first, result, try Array(Data(contentsOf: folder.url.appending(path: "a.png"))))
    }

    @Test func `it goes on where it was`() async throws {
        let content = content
        let server = RawServer { connection, number in
            guard let request = connection.request() else { return }
            guard number > 0 else { return Self.breakOff(connection, content, "ETag: \"one\"\r\n") }
            let start = request.head.components(separatedBy: "bytes=").last.flatMap { Int($0.prefix { $0.isNumber }) }
            connection.reply(
                Array(content.dropFirst(start ?? 0)), status: "206 Partial Content",
                headers: "Content-Range: bytes \(start ?? 0)-999999/1000000\r\n")
        }
        let (first, result, bytes) = try await twice(server, try TemporaryFolder())
        #expect(first > 0 && first <= 600_000)
        #expect(result.size == content.count && result.response.status == 206)
        #expect(bytes == content)
        #expect(server.requests.last?.has("Range: bytes=\(first)-\r\n") == true)
        #expect(server.requests.last?.has("If-Range: \"one\"\r\n") == true)
        #expect(server.requests.first?.has("range") == false)
    }

    @Test func `a file that has changed meanwhile is begun anew`() async throws {
        let (content, changed) = (content, Array(content.reversed()))
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            if number == 0 {
                Self.breakOff(connection, content, "Last-Modified: Sun, 22 Nov 2026 19:20:05 GMT\r\n")
            } else {
                connection.reply(changed)
            }
        }
        let (_, result, bytes) = try await twice(server, try TemporaryFolder())
        #expect(server.requests.last?.has("If-Range: Sun, 22 Nov 2026 19:20:05 GMT\r\n") == true)
        #expect(result.size == content.count)
        #expect(bytes == changed)
    }

    @Test func `without a strong validator it is begun anew`() async throws {
        let content = content
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            if number == 0 {
                Self.breakOff(connection, content, "ETag: W/\"one\"\r\n")
            } else {
                connection.reply(content)
            }
        }
        let (_, _, bytes) = try await twice(server, try TemporaryFolder())
        #expect(server.requests.last?.has("range") == false)
        #expect(bytes == content)
    }

    @Test func `a part that was not asked for is refused`() async throws {
        let content = content
        let server = RawServer { connection, number in
            guard connection.request() != nil else { return }
            guard number > 0 else { return Self.breakOff(connection, content, "ETag: \"one\"\r\n") }
            connection.reply(
                Array(content.dropFirst(5)), status: "206 Partial Content",
                headers: "Content-Range: bytes 5-999999/1000000\r\n")
        }
        let folder = try TemporaryFolder()
        let file = try DownloadFile(path: folder.path("a.png"))
        for _ in 1...2 {
            await #expect(throws: TransportError.self) {
                _ = try await transport.download(HTTPRequest(.get, server.url), into: file)
            }
        }
        #expect(file.bytes(at: 0, count: file.size) == Array(content.prefix(file.size)))
        file.discard()
        #expect(folder.names.isEmpty)
    }
}
