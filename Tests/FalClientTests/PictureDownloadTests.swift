import EventLoop
import FalClient
import Foundation
import JSON
import Simulator
import Testing

/// Downloads that must be pictures.
@Suite(.timeLimit(.minutes(5))) @LoopActor
struct PictureDownloadTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "fal-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] }

    private func picture(_ client: FalClient) async throws -> String {
        let result = try await client.run(try EndpointID(fluxLora), arguments: catPrompt)
        return try #require(result.output["images"]?.arrayValue?.first?["url"]?.stringValue)
    }

    @Test(arguments: [
        "cut-body:times=2", "reset-before", "reset-after", "truncated-json", "empty-body", "bad-utf8", "not-json",
        "nginx-502", "500",
    ])
    func `a fault is outlived, and the picture is the same`(fault: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator { client, simulator in
            let url = try await picture(client)
            let path = folder.appending(path: "a.jpg").path
            let whole = try await client.download(url, to: path, expecting: .picture)
            let bytes = try Data(contentsOf: folder.appending(path: "a.jpg"))
            simulator.order(try Fault(parsing: "download:\(fault)"))
            let second = folder.appending(path: "b.jpg")
            #expect(try await client.download(url, to: second.path, expecting: .picture).size == whole.size)
            #expect(try Data(contentsOf: second) == bytes)
            #expect(simulator.counters().total > 3, "the fault came")
            #expect(names.sorted() == ["a.jpg", "b.jpg"])
        }
    }

    @Test(arguments: ["not-json", "empty-body", "truncated-json"])
    func `what is no picture to the end leaves no file`(fault: String) async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator(["download:\(fault):times=always"]) { client, _ in
            let url = try await picture(client)
            let path = folder.appending(path: "a.jpg").path
            let error = try await falError { _ = try await client.download(url, to: path, expecting: .picture) }
            #expect(error.code == .malformedResponse, "\(error)")
            #expect(names.isEmpty)
        }
    }

    @Test func `any file is taken where none is expected to be a picture`() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await withSimulator { client, _ in
            let url = try await client.upload(.bytes([1, 2, 3]), fileName: "a.jpg", contentType: "image/jpeg")
            let path = folder.appending(path: "a.jpg").path
            #expect(try await client.download(url, to: path).size == 3)
            let error = try await falError { _ = try await client.download(url, to: path, expecting: .picture) }
            #expect(error.message.contains("3 bytes that are none (image/jpeg)"), "\(error)")
            // A format that is not known here: the server's word counts.
            let vector = try await client.upload(
                .bytes(Array("<svg/>".utf8)), fileName: "a.svg", contentType: "image/svg+xml")
            #expect(try await client.download(vector, to: path, expecting: .picture).size == 6)
            let data = try await falError {
                _ = try await client.download("data:image/png;base64,iVBORw==", to: path, expecting: .picture)
            }
            #expect(data.code == .malformedResponse)
        }
    }
}
