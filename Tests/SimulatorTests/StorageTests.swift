import JSON
import Simulator
import Testing

@Suite(.timeLimit(.minutes(5)))
struct StorageTests {
    private let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test func anUploadWithATokenComesBackAsItWas() async throws {
        try await withSimulator { simulator, client in
            let token = try client.request("POST", "/storage/auth/token?storage_type=fal-cdn-v3", json: "{}").json
            #expect(token["token_type"] == "Bearer")
            #expect(token["base_url"]?.stringValue == simulator.baseURL)
            #expect(token["expires_at"]?.stringValue?.hasSuffix("+00:00") == true)
            let reply = try client.request(
                "POST", "/files/upload", body: bytes,
                headers: ["Content-Type": "image/png", "X-Fal-File-Name": "мой файл/../a.png"],
                authorization: "Bearer \(token["token"]?.stringValue ?? "")")
            let url = try #require(try reply.json["access_url"]?.stringValue)
            #expect(!url.contains("..") || !url.contains("/../"))
            let file = try client.request("GET", try #require(url.pathOfURL), authorization: nil)
            #expect(file.body == bytes)
            #expect(file.header("content-type") == "image/png")
        }
    }

    @Test(arguments: ["", "?storage_type=fal-cdn-v3"])
    func anInitiatedUploadIsPutWithoutAKey(query: String) async throws {
        try await withSimulator { _, client in
            let input = #"{"file_name":"a.zip","content_type":"application/zip"}"#
            let reply = try client.request("POST", "/storage/upload/initiate\(query)", json: input).json
            let upload = try #require(reply["upload_url"]?.stringValue?.pathOfURL)
            let file = try #require(reply["file_url"]?.stringValue?.pathOfURL)
            #expect(try client.request("GET", file).status == 404)
            #expect(try client.request("PUT", upload, body: bytes, authorization: nil).status == 200)
            #expect(try client.request("GET", file).body == bytes)
            #expect(try client.request("PUT", upload, body: bytes, authorization: nil).status == 404)
        }
    }

    @Test func theOldStorageTypeIsRefused() async throws {
        try await withSimulator { _, client in
            let reply = try client.request("POST", "/storage/upload/initiate?storage_type=gcs", json: "{}")
            #expect(reply.status == 400)
            #expect(try reply.json["detail"] == "Invalid storage type")
        }
    }

    @Test(arguments: [true, false])
    func partsMakeAFileInWhateverOrderTheyCome(initiated: Bool) async throws {
        try await withSimulator { _, client in
            let upload: String
            let file: String
            if initiated {
                let json = try client.request(
                    "POST", "/storage/upload/initiate-multipart?storage_type=fal-cdn-v3", json: #"{"file_name":"a"}"#
                ).json
                upload = try #require(json["upload_url"]?.stringValue?.pathOfURL)
                file = try #require(json["file_url"]?.stringValue?.pathOfURL)
            } else {
                let json = try client.request("POST", "/files/upload/multipart", authorization: "Bearer t").json
                file = try #require(json["access_url"]?.stringValue?.pathOfURL)
                upload = "\(file)/multipart/\(json["uploadId"]?.stringValue ?? "")"
            }
            for part in [3, 1, 2] {
                let piece = bytes[(part - 1) * 30_000..<min(part * 30_000, 90_000)]
                let reply = try client.request("PUT", "\(upload)/\(part)", body: piece, authorization: nil)
                #expect(reply.header("etag") != nil)
                #expect(try reply.json["partNumber"]?.integerValue == Int64(part))
            }
            let list =
                #"{"parts":[{"partNumber":3,"etag":"x"},{"partNumber":1,"etag":"y"},{"partNumber":2,"etag":"z"}]}"#
            let missing = list.replacing("\"partNumber\":3", with: "\"partNumber\":4")
            #expect(try client.request("POST", upload + "/complete", json: missing).status == 400)
            #expect(try client.request("POST", upload + "/complete", json: list).status == 200)
            #expect(try client.request("GET", file).body == Array(bytes.prefix(90_000)))
        }
    }

    @Test func aFileTooLargeIsRefusedWithItsLimit() async throws {
        var configuration = SimulatorConfiguration()
        configuration.maximumUpload = 99_999
        try await withSimulator(configuration) { _, client in
            try client.write(Array("POST /files/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n".utf8))
            let reply = try client.readResponse()
            #expect(reply.status == 413)
            #expect(reply.text.contains("at most 99999"))
        }
    }

    @Test func theOldestUploadsMakeRoomForNewOnes() async throws {
        var configuration = SimulatorConfiguration()
        configuration.keptUploadBytes = 250_000
        try await withSimulator(configuration) { _, client in
            let paths = try (0..<3).map { _ in
                let reply = try client.request("POST", "/files/upload", body: bytes, authorization: "Bearer t")
                return try #require(try reply.json["access_url"]?.stringValue?.pathOfURL)
            }
            #expect(try paths.map { try client.request("GET", $0).status } == [404, 200, 200])
        }
    }

    @Test func anUploadWithoutAKeyIsRefused() async throws {
        try await withSimulator { _, client in
            let reply = try client.request("POST", "/files/upload", body: bytes, authorization: nil)
            #expect(reply.status == 401)
        }
    }
}
