import EventLoop
import FalClient
import Foundation
import JSON
import Simulator
import Testing

/// Uploads in parts that end early and go on.
@Suite(.timeLimit(.minutes(2))) @LoopActor
struct FalClientResumedUploadTests {
    private var settings: FalClientSettings {
        var settings = FalClientSettings.quick
        settings.multipartThreshold = 1000
        settings.partSize = 1024
        settings.parallelParts = 1
        return settings
    }

    private func upload(
        _ client: FalClient, _ bytes: [UInt8], from begun: PartialUpload?, stopAfter parts: Int = .max
    ) async throws -> (url: String?, last: PartialUpload?) {
        let last = Locked<PartialUpload?>(nil)
        do throws(FalError) {
            let url = try await client.upload(
                .bytes(bytes), fileName: "x.zip", contentType: "application/zip", from: begun
            ) { partial throws(FalError) in
                last.withLock { $0 = partial }
                if partial.etags.count == parts { throw FalError(.storage, "the process ends here") }
            }
            return (url, last.withLock { $0 })
        } catch {
            guard error.code == .storage else { throw error }
            return (nil, last.withLock { $0 })
        }
    }

    @Test func `the parts that fal has are not sent again`() async throws {
        try await withSimulator(settings: settings) { client, simulator in
            let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let cut = try await upload(client, bytes, from: nil, stopAfter: 4)
            let partial = try #require(cut.last)
            #expect(cut.url == nil && partial.etags.count == 4)
            // As another process reads it.
            let read = try #require(PartialUpload(try JSONValue(parsing: JSONValue.object(partial.json).serialized())))
            #expect(read == partial)
            let before = simulator.counters()[.upload]
            let done = try await upload(client, bytes, from: read)
            #expect(simulator.counters()[.upload] - before == 6 + 1)
            let url = try #require(done.url)
            #expect(url == partial.fileURL)
            let path = FileManager.default.temporaryDirectory.appending(path: "fal-\(UUID().uuidString)").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            _ = try await client.download(url, to: path)
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == bytes)
        }
    }

    @Test func `an upload that fal has forgotten begins anew`() async throws {
        try await withSimulator(settings: settings) { client, simulator in
            let bytes = [UInt8](repeating: 3, count: 5000)
            let gone = "\(simulator.baseURL)/files/b/00000000-0000-0000-0000-000000000000/x.zip"
            let json: JSONObject = [
                "upload_url": .string(gone + "/multipart/upload"), "file_url": .string(gone), "part_size": 1024,
                "parts": ["1": "\"part-1\""],
            ]
            let done = try await upload(client, bytes, from: PartialUpload(.object(json)))
            #expect(done.url?.contains("00000000-0000") == false)
            #expect(try await client.hasFile(at: try #require(done.url)))
        }
    }

    @Test func `a file that is gone is not there, and nothing is fetched of one that is`() async throws {
        try await withSimulator(settings: settings) { client, simulator in
            let url = try await client.upload(.bytes([UInt8](repeating: 1, count: 500)), fileName: "x.zip")
            #expect(try await client.hasFile(at: url))
            #expect(try await !client.hasFile(at: url.replacingOccurrences(of: "/b/", with: "/b/0")))
            #expect(try await !client.hasFile(at: "no address"))
            #expect(simulator.counters().authorized(.download) == 0)
        }
    }

    @Test(arguments: ["{}", #"{"upload_url":"u","file_url":"f","part_size":0,"parts":{}}"#, "[]"])
    func `what no upload wrote is none`(text: String) throws {
        #expect(PartialUpload(try JSONValue(parsing: text)) == nil)
    }
}
