import EventLoop
import FalClient
import Foundation
import HTTPTransport
import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5))) @LoopActor
struct FalClientStorageTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "fal-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    @Test(arguments: [10, 300_000]) func `what was uploaded is what is downloaded`(size: Int) async throws {
        var settings = FalClientSettings.quick
        settings.multipartThreshold = 100_000
        settings.partSize = 32_768
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator(settings: settings) { client, simulator in
            let bytes = randomBytes(size)
            try Data(bytes).write(to: folder.appending(path: "a b.zip"))
            for content in [UploadContent.file(path("a b.zip")), .bytes(bytes)] {
                let url = try await client.upload(content)
                let download = try await client.download(url, to: path("copy"))
                #expect(download.size == size)
                #expect(try Array(Data(contentsOf: folder.appending(path: "copy"))) == bytes)
            }
            #expect(simulator.counters().authorized(.download) == 0)
        }
    }

    @Test(arguments: ["429", "500", "nginx-502", "reset-before", "reset-after", "truncated-json"])
    func `a fault of storage is outlived`(fault: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator(["upload:\(fault)", "download:\(fault)"].filter { $0 != "download:truncated-json" }) {
            client, _ in
            let url = try await client.upload(.bytes([1, 2, 3]), fileName: "x.png")
            #expect(try await client.download(url, to: path("x.png")).size == 3)
        }
    }

    @Test func `a file that is not there is a storage error`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator { client, simulator in
            let missing = try await falError { _ = try await client.upload(.file(path("missing.zip"))) }
            #expect(missing.code == .storage && missing.message.contains("missing.zip"))
            #expect(try await falError { _ = try await client.upload(.file(folder.path)) }.code == .storage)
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `a picture is downloaded without the key, and what is gone has expired`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator { client, simulator in
            let result = try await client.run(try EndpointID(fluxLora), arguments: catPrompt)
            let url = try #require(result.output["images"]?.arrayValue?.first?["url"]?.stringValue)
            let download = try await client.download(url, to: path("cat.jpg"))
            #expect(download.size > 100)
            #expect(download.contentType == "image/jpeg")
            #expect(simulator.counters().authorized(.download) == 0)
            simulator.order(try Fault(parsing: "download:expired"))
            #expect(try await falError { _ = try await client.download(url, to: path("gone")) }.code == .expired)
            let unwritable = try await falError { _ = try await client.download(url, to: path("no/such/folder/x")) }
            #expect(unwritable.code == .storage)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["cat.jpg"])
        }
    }

    @Test func `a data URI is written`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator { client, _ in
            let download = try await client.download("data:image/png;base64,iVBORw==", to: path("x.png"))
            #expect(download == FalDownload(path: path("x.png"), size: 4, contentType: "image/png"))
            #expect(FileManager.default.contents(atPath: path("x.png"))?.count == 4)
            let error = try await falError { _ = try await client.download("data:,x", to: path("no/folder")) }
            #expect(error.code == .storage)
            for bad in ["file:///etc/passwd", "", "picture.png"] {
                #expect(try await falError { _ = try await client.download(bad, to: path("y")) }.code == .validation)
            }
        }
    }
}
