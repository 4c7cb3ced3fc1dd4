import EventLoop
import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
@LoopActor
struct DownloadTests {
    let transport = CurlTransport()
    let content = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    nonisolated init() {}

    private func failure(_ request: HTTPRequest, to path: String) async -> TransportError? {
        await HTTPTransportTests.failure { () throws(TransportError) in
            _ = try await transport.download(request, to: path)
        }
    }

    @Test func `a download appears under its name, over what was there`() async throws {
        let content = content
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply(content) } }
        let folder = try TemporaryFolder()
        try Data("old".utf8).write(to: folder.url.appending(path: "a.png"))
        let result = try await transport.download(HTTPRequest(.get, server.url), to: folder.path("a.png"))
        #expect(result.size == content.count)
        #expect(result.response.status == 200 && result.response.body.isEmpty)
        #expect(try Array(Data(contentsOf: folder.url.appending(path: "a.png"))) == content)
        #expect(folder.names == ["a.png"])
    }

    @Test func `another status writes nothing and gives the beginning of its body`() async throws {
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.reply([UInt8](repeating: 120, count: 100_000), status: "404 Not Found")
        }
        let folder = try TemporaryFolder()
        let result = try await transport.download(HTTPRequest(.get, server.url), to: folder.path("a.png"))
        #expect(result.size == 0 && result.response.status == 404)
        #expect(result.response.body.count == 64 << 10)
        #expect(folder.names.isEmpty)
    }

    @Test func `a body that breaks off leaves nothing and keeps what was there`() async throws {
        let half = Array(content.prefix(500_000))
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            connection.send(half)
        }
        let folder = try TemporaryFolder()
        try Data("old".utf8).write(to: folder.url.appending(path: "a.png"))
        let error = await failure(HTTPRequest(.get, server.url), to: folder.path("a.png"))
        #expect(error?.reason == .connectionLost)
        #expect(folder.names == ["a.png"])
        #expect(try Data(contentsOf: folder.url.appending(path: "a.png")) == Data("old".utf8))
    }

    @Test func `a body beyond the limit leaves nothing`() async throws {
        let content = content
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.reply(content)
        }
        let folder = try TemporaryFolder()
        let request = HTTPRequest(.get, server.url, maximumResponseSize: 500_000)
        let error = await failure(request, to: folder.path("a.png"))
        #expect(error?.reason == .tooLarge)
        #expect(folder.names.isEmpty)
    }

    @Test func `a cancelled download leaves nothing`() async throws {
        let begun = Signal<Bool>()
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.")
            begun.give(true)
            _ = connection.waitForClose()
        }
        let folder = try TemporaryFolder()
        let path = folder.path("a.png")
        let task = LoopActor.spawn { try await transport.download(HTTPRequest(.get, server.url), to: path) }
        _ = await begun.value
        #expect(folder.names.count == 1)
        task.cancel()
        await #expect(throws: TransportError.self) { _ = try await task.value }
        #expect(folder.names.isEmpty)
    }

    @Test func `a folder that cannot be written is known before anything is sent`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply("x") } }
        let folder = try TemporaryFolder()
        for (path, words) in [
            (folder.path("none/a.png"), "No such file or directory"), (folder.url.path, "Is a directory"),
        ] {
            let error = await failure(HTTPRequest(.get, server.url), to: path)
            #expect(error?.reason == .file && error?.delivery == .impossible)
            #expect(error?.message == "cannot write \(path): \(words)")
        }
        #expect(server.requests.isEmpty)
        #expect(folder.names.isEmpty)
    }

    @Test func `a long name has room for the temporary one`() async throws {
        let server = RawServer { connection, _ in while connection.request() != nil { connection.reply("x") } }
        let folder = try TemporaryFolder()
        let name = String(repeating: "n", count: 251) + ".png"
        #expect(try await transport.download(HTTPRequest(.get, server.url), to: folder.path(name)).size == 1)
        #expect(folder.names == [name])
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "a full disk needs root and tmpfs"))
    func `a full disk is named, and nothing stays`() async throws {
        let content = content
        let server = RawServer { connection, _ in
            _ = connection.request()
            connection.reply(content)
        }
        let disk = try SmallDisk()
        let path = disk.folder.path("a.png")
        let error = await failure(HTTPRequest(.get, server.url), to: path)
        #expect(error?.reason == .file)
        #expect(error?.message == "cannot write \(path): No space left on device")
        #expect(disk.folder.names.isEmpty)
    }
}

/// A file system of 64 KiB.
private final class SmallDisk {
    let folder: TemporaryFolder

    static let isAvailable: Bool = { (try? SmallDisk()) != nil }()

    init() throws {
        folder = try TemporaryFolder()
        try ChildProcess.run("/bin/mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.url.path])
    }

    deinit {
        try? ChildProcess.run("/bin/umount", [folder.url.path])
    }
}
