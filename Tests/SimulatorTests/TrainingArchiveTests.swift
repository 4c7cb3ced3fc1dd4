import JSON
import Testing

@testable import Simulator

@Suite(.timeLimit(.minutes(5)))
struct TrainingArchiveTests {
    /// Trains on what is behind the URL, and returns the one error; nil when there is none.
    private func error(
        _ url: String, _ client: HTTPClient, endpoint: String = TrainerTests.portrait,
        field: String = "images_data_url",
        settings: String = ""
    ) throws -> JSONValue? {
        let path = try client.submit(#"{"\#(field)":"\#(url)"\#(settings)}"#, to: endpoint)
        let reply = try client.result(path)
        if reply.status == 200 { return nil }
        #expect(reply.status == 422)
        #expect(reply.header("x-fal-retryable") == "false")
        let errors = try reply.json["detail"]?.arrayValue ?? []
        #expect(errors.count == 1)
        let type = errors.first?["type"]?.stringValue ?? ""
        #expect(errors.first?["loc"] == ["body", .string(field)])
        #expect(errors.first?["url"]?.stringValue == "https://docs.fal.ai/errors/#\(type)")
        #expect(errors.first?["input"]?.stringValue ?? url == url)
        return errors.first
    }

    private func zip(_ files: [(String, [UInt8])]) -> [UInt8] {
        var zip = ZipWriter()
        for (name, contents) in files { zip.add(name, contents) }
        return zip.file()
    }

    private func photos(_ count: Int) -> [(String, [UInt8])] {
        let photo = TrainerTests.photo(1, .png)
        return (0..<count).map { ("\($0).png", photo) }
    }

    @Test func aFileElsewhereIsNotAskedFor() async throws {
        try await withSimulator { simulator, client in
            let missing = "\(simulator.baseURL)/files/b/00000000-0000-4000-8000-000000000000/a.zip"
            for url in ["https://example.com/a.zip", missing, "a.zip", ""] {
                let found = try error(url, client)
                #expect(found?["type"] == "file_download_error", "\(url)")
            }
        }
    }

    @Test func whatIsNoArchiveIsInvalid() async throws {
        let good = TrainerTests.zip()
        var damaged = good
        damaged[200] ^= 1
        let half = Array(good.prefix(good.count / 2))
        let noZip = Array("<html>not found</html>".utf8)
        try await withSimulator { _, client in
            for bytes in [noZip, [], half, damaged, Array(good.dropFirst(40))] {
                let found = try error(try client.upload(bytes), client)
                #expect(found?["type"] == "invalid_archive")
                #expect(found?["ctx"]?["supported_extensions"] == [".zip"])
            }
            let url = try client.upload(good)
            #expect(try error(url, client, settings: #","data_archive_format":"tar.gz""#)?["type"] == "invalid_archive")
            #expect(try error(url, client, settings: #","data_archive_format":"zip""#) == nil)
        }
    }

    @Test func eachByteThatIsWrongIsSurvived() async throws {
        var zip = ZipWriter()
        zip.add("a.png", TrainerTests.photo(1, .png, side: 64), deflated: true)
        zip.add("a.txt", Array("caption".utf8))
        let good = zip.file()
        try await withSimulator { _, client in
            for at in stride(from: good.count - 1, through: max(0, good.count - 400), by: -1) {
                var bad = good
                bad[at] = 0xFF
                let path = try client.submit(
                    #"{"data_url":"\#(try client.upload(bad))","finetune_comment":"a"}"#, to: TrainerTests.pro)
                let status = try client.result(path).status
                #expect([200, 422].contains(status), "byte \(at)")
            }
        }
    }

    /// Endpoint, photos, and the bound that is broken.
    static let counts: [(String, Int, String?)] = [
        (TrainerTests.portrait, 3, "min_count"), (TrainerTests.portrait, 4, nil), (TrainerTests.fast, 3, "min_count"),
        (TrainerTests.fast, 4, nil), (TrainerTests.fast, 1000, nil), (TrainerTests.fast, 1001, "max_count"),
    ]

    @Test(arguments: counts)
    func tooFewAndTooManyPhotosAreCounted(endpoint: String, count: Int, bound: String?) async throws {
        try await withSimulator { _, client in
            let found = try error(try client.upload(zip(photos(count))), client, endpoint: endpoint)
            guard let bound else {
                #expect(found == nil)
                return
            }
            let isMinimum = bound == "min_count"
            #expect(
                found?["type"]?.stringValue
                    == (isMinimum ? "archive_file_count_below_minimum" : "archive_file_count_exceeds_maximum"))
            #expect(found?["ctx"]?[bound] == (isMinimum ? 4 : 1000))
            #expect(found?["ctx"]?["provided_count"]?.integerValue == Int64(count))
            #expect(found?["ctx"]?["supported_extensions"] == [".jpg", ".jpeg", ".png"])
        }
    }

    @Test func captionsMasksAndLitterAreNoPhotos() async throws {
        try await withSimulator { _, client in
            let others = [
                ("0.txt", Array("a caption".utf8)), ("0_mask.png", TrainerTests.photo(9, .png)), ("b/", []),
                ("__MACOSX/9.png", TrainerTests.photo(9, .png)), (".9.png", TrainerTests.photo(9, .png)),
                ("9.heic", TrainerTests.photo(9, .png)),
            ]
            let found = try error(try client.upload(zip(photos(3) + others)), client)
            #expect(found?["ctx"]?["provided_count"] == 3)
            #expect(try error(try client.upload(zip(photos(4) + others)), client) == nil)
        }
    }

    @Test func aPhotoTooSmallIsNamedWithTheLeastSize() async throws {
        try await withSimulator { _, client in
            let small = [("small.jpg", TrainerTests.photo(1, .jpeg, side: 63))]
            let found = try error(try client.upload(zip(photos(4) + small)), client)
            #expect(found?["type"] == "image_too_small")
            #expect(found?["ctx"] == ["min_height": 64, "min_width": 64])
            #expect(found?["msg"]?.stringValue?.contains("small.jpg is 63x63") == true)
        }
    }

    @Test func aPhotoThatCannotBeLoadedIsNamed() async throws {
        let png = TrainerTests.photo(1, .png)
        let jpeg = TrainerTests.photo(1, .jpeg)
        let bad: [[UInt8]] = [
            [], Array("GIF89a".utf8), Array(png.dropLast(12)), Array(png.prefix(30)),
            Array(jpeg.prefix(jpeg.count / 2)),
            Array(jpeg.prefix(100)), [0xFF, 0xD8],
        ]
        try await withSimulator { _, client in
            for bytes in bad {
                let found = try error(try client.upload(zip(photos(4) + [("bad.jpg", bytes)])), client)
                #expect(found?["type"] == "image_load_error")
                #expect(found?["msg"]?.stringValue?.contains("bad.jpg") == true)
            }
            // What is inside counts, not the name; and a camera may write more after the end.
            let odd = [("png.jpg", png), ("more.jpg", jpeg + [UInt8](repeating: 7, count: 1000))]
            #expect(try error(try client.upload(zip(photos(4) + odd)), client) == nil)
        }
    }

    @Test func anArchiveThatIsRefusedCostsNoTrainingTime() async throws {
        var configuration = SimulatorConfiguration()
        configuration.trainTime = .seconds(600)
        try await withSimulator(configuration) { _, client in
            #expect(try error(try client.upload([1]), client)?["type"] == "invalid_archive")
            let path = try client.submit("{}", to: TrainerTests.portrait)
            #expect(try client.request("GET", path).status == 422)
            let logs = try client.request("GET", path + "/status?logs=1").json["logs"]
            #expect(logs?.arrayValue?.count == 1)
        }
    }

    @Test func aFaultGoesBeforeTheArchive() async throws {
        try await withSimulator(faults: ["job:failed", "job:model-error:type=face_detection_error"]) { _, client in
            let url = try client.upload(TrainerTests.zip())
            let input = #"{"images_data_url":"\#(url)"}"#
            let failed = try client.submit(input, to: TrainerTests.portrait)
            let events = try client.request("GET", failed + "/status/stream").events
            #expect(events.last?["error_type"] == "runner_disconnected")
            #expect(try error(url, client)?["type"] == "face_detection_error")
        }
    }
}
