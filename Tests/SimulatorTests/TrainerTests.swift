import JSON
import Testing

@testable import Simulator

@Suite(.timeLimit(.minutes(5)))
struct TrainerTests {
    static let portrait = "fal-ai/flux-lora-portrait-trainer"
    static let fast = "fal-ai/flux-lora-fast-training"
    static let pro = "fal-ai/flux-pro-trainer"

    @Test(arguments: [portrait, fast])
    func aLoRATrainerGivesFilesThatCanBeFetched(endpoint: String) async throws {
        try await withSimulator { _, client in
            let url = try client.upload(Self.zip())
            let path = try client.submit(
                #"{"images_data_url":"\#(url)","steps":1500,"trigger_word":"TOK","trigger_phrase":"TOK"}"#, to: endpoint
            )
            let reply = try client.result(path)
            let output = try reply.json
            #expect(reply.status == 200)
            #expect(reply.header("x-fal-billable-units") == (endpoint == Self.fast ? "1.5" : "1"))
            #expect((output["debug_preprocessed_output"] == .null) == (endpoint == Self.fast))
            let file = try #require(output["diffusers_lora_file"])
            #expect(file["file_name"] == "pytorch_lora_weights.safetensors")
            let weights = try client.fetch(file["url"])
            #expect(weights.count == Int(try #require(file["file_size"]?.integerValue)))
            let header = try Self.header(of: weights)
            #expect(header["__metadata__"]?["images"] == "4")
            #expect(header["__metadata__"]?["captions"] == "2")
            #expect(header["__metadata__"]?["trigger"] == "TOK")
            let configuration = try JSONValue(parsing: client.fetch(output["config_file"]?["url"]))
            #expect(configuration["steps"] == 1500)
            #expect(configuration["images"] == 4)
        }
    }

    @Test func theTensorsOfALoRAFillTheRestOfItsFile() async throws {
        try await withSimulator { _, client in
            let weights = try client.train(Self.zip())
            let header = try Self.header(of: weights)
            let tensors = try #require(header.objectValue).filter { $0.name != "__metadata__" }
            let length = weights.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
            #expect(length % 8 == 0)
            var end: Int64 = 0
            for (name, tensor) in tensors {
                let offsets = (tensor["data_offsets"]?.arrayValue ?? []).compactMap(\.integerValue)
                let count = (tensor["shape"]?.arrayValue ?? []).compactMap(\.integerValue).reduce(1, *)
                #expect(tensor["dtype"] == "F32")
                #expect(offsets == [end, end + 4 * count], "\(name)")
                end = offsets.last ?? 0
            }
            #expect(weights.count == 8 + length + Int(end))
            #expect(tensors.count == 2)
        }
    }

    @Test func equalPhotosAndSettingsGiveEqualFilesUploadedTwiceOrNot() async throws {
        try await withSimulator { _, client in
            let first = try client.train(Self.zip())
            #expect(try client.train(Self.zip(deflated: true)) == first)
            #expect(try client.train(Self.zip(photos: 5)) != first)
            #expect(try client.train(Self.zip(), settings: #","steps":10"#) != first)
        }
    }

    @Test func theProTrainerGivesAFinetuneThatRenders() async throws {
        try await withSimulator { _, client in
            let url = try client.upload(Self.zip())
            let path = try client.submit(
                #"{"data_url":"\#(url)","finetune_comment":"anna","mode":"style","lora_rank":16}"#, to: Self.pro)
            let id = try #require(try client.result(path).json["finetune_id"]?.stringValue)
            #expect(id.hasPrefix("simulated-"))
            let picture = try client.submit(
                #"{"prompt":"a","finetune_id":"\#(id)","finetune_strength":1}"#,
                to: "fal-ai/flux-pro/v1.1-ultra-finetuned")
            #expect(try client.request("GET", picture).status == 200)
        }
    }

    @Test func aTrainedLoRARendersAndOneThatIsNotThereDoesNot() async throws {
        try await withSimulator { simulator, client in
            let url = try client.upload(Self.zip())
            let path = try client.submit(#"{"images_data_url":"\#(url)"}"#, to: Self.portrait)
            let lora = try #require(
                try client.result(path).json["diffusers_lora_file"]?["url"]?.stringValue)
            let missing = "\(simulator.baseURL)/files/b/00000000-0000-4000-8000-000000000000/lora.safetensors"
            for (path, type) in [
                (lora, nil), ("https://v3.fal.media/a.safetensors", nil), (missing, "file_download_error"),
            ] {
                let job = try client.submit(#"{"prompt":"a","loras":[{"path":"\#(path)","scale":1}]}"#)
                let reply = try client.request("GET", job)
                #expect(reply.status == (type == nil ? 200 : 422))
                let error = try reply.json["detail"]?.arrayValue?.first
                #expect(error?["type"]?.stringValue == type)
                if type != nil { #expect(error?["loc"] == ["body", "loras", 0, "path"]) }
            }
        }
    }

    @Test func aTrainingHasATimeOfItsOwnAndPrintsABarThatAdvances() async throws {
        var configuration = SimulatorConfiguration()
        configuration.trainTime = .milliseconds(600)
        try await withSimulator(configuration) { _, client in
            let url = try client.upload(Self.zip())
            let path = try client.submit(#"{"images_data_url":"\#(url)","steps":1000}"#, to: Self.fast)
            let events = try client.request("GET", path + "/status/stream?logs=1").events
            let early = try #require(events.dropLast().last)
            #expect(early["status"] == "IN_PROGRESS")
            let lines = events.flatMap { $0["logs"]?.arrayValue ?? [] }.compactMap { $0["message"]?.stringValue }
            #expect(lines.count == 24)
            #expect(lines[0] == "Downloading the archive")
            #expect(lines[1] == "Found 4 images and 2 captions")
            #expect(lines[2] == "  0%|          | 0/1000 [00:00<?, ?it/s]")
            #expect(lines[12].hasPrefix(" 50%|█████     | 500/1000 [00:00<00:00, 1666.67it/s]"))
            #expect(lines[22].hasPrefix("100%|██████████| 1000/1000 [00:00<00:00, "))
            let polled = try client.request("GET", path + "/status?logs=1").json
            #expect(polled["logs"]?.arrayValue?.compactMap { $0["message"]?.stringValue } == lines)
            #expect(polled["metrics"]?["inference_time"] == 0.6)
            #expect(try client.result(path).status == 200)
        }
    }

    @Test func aTrainingThatIsCancelledLeavesNoFilesAndNoLastLine() async throws {
        var configuration = SimulatorConfiguration()
        configuration.trainTime = .seconds(600)
        try await withSimulator(configuration) { _, client in
            let url = try client.upload(Self.zip())
            let path = try client.submit(#"{"images_data_url":"\#(url)"}"#, to: Self.portrait)
            let id = path.split(separator: "/").last ?? ""
            #expect(try client.request("GET", path + "/status").json["status"] == "IN_PROGRESS")
            #expect(try client.request("PUT", path + "/cancel").status == 202)
            #expect(try client.result(path).status == 499)
            let file = try client.request("GET", "/files/b/\(id)/pytorch_lora_weights.safetensors", authorization: nil)
            #expect(file.status == 404)
            let logs = try client.request("GET", path + "/status?logs=1").json["logs"]?.arrayValue ?? []
            #expect(!logs.isEmpty && logs.count < 24)
        }
    }

    @Test func aDirectRunTrainsToo() async throws {
        try await withSimulator { _, client in
            let url = try client.upload(Self.zip())
            let reply = try client.request("POST", "/run/\(Self.portrait)", json: #"{"images_data_url":"\#(url)"}"#)
            let weights = try client.fetch(try reply.json["diffusers_lora_file"]?["url"])
            #expect(try Self.header(of: weights)["__metadata__"]?["steps"] == "2500")
        }
    }

    @Test func theListingShowsWhatATrainingGave() async throws {
        try await withSimulator { _, client in
            let url = try client.upload(Self.zip())
            let path = try client.submit(#"{"images_data_url":"\#(url)"}"#, to: Self.portrait)
            let output = try client.result(path).json
            let listing = try client.request(
                "GET", "/v1/models/requests/by-endpoint?endpoint_id=\(Self.portrait)&expand=payloads"
            ).json
            #expect(listing["items"]?.arrayValue?.first?["json_output"] == output)
        }
    }

    /// Stage, status at the submit, status at the result.
    @Test(arguments: [("submit", 404, 0), ("job", 200, 422)])
    func aTrainerCanBeSwitchedOff(stage: String, submit: Int, result: Int) async throws {
        let fault = "\(stage):no-longer-supported:times=always:endpoint=\(Self.pro)"
        try await withSimulator(faults: [fault]) { _, client in
            let url = try client.upload(Self.zip())
            let input = #"{"data_url":"\#(url)","finetune_comment":"a"}"#
            let reply = try client.request("POST", "/\(Self.pro)", json: input)
            #expect(reply.status == submit)
            if submit == 404 {
                #expect(reply.text.contains("no longer supported"))
            } else {
                let path = try #require(try reply.json["response_url"]?.stringValue?.pathOfURL)
                let error = try client.result(path)
                #expect(error.status == result)
                #expect(try error.json["detail"]?.arrayValue?.first?["type"] == "feature_not_supported")
                #expect(try error.json["detail"]?.arrayValue?.first?["loc"] == ["body", "data_url"])
            }
            _ = try client.submit(#"{"images_data_url":"\#(url)"}"#, to: Self.portrait)
        }
    }

    /// Photos, two captions, and what does not count: a mask, a folder, another system's litter, a caption of nothing.
    static func zip(photos: Int = 4, deflated: Bool = false) -> [UInt8] {
        var zip = ZipWriter()
        zip.add("anna/", [])
        for number in 1...photos {
            let format: Picture.Format = number % 2 == 0 ? .png : .jpeg
            zip.add("anna/\(number).\(format == .png ? "png" : "JPG")", photo(number, format), deflated: deflated)
        }
        for number in 1...2 { zip.add("anna/\(number).txt", Array("[trigger] \(number)".utf8), deflated: deflated) }
        zip.add("anna/1_mask.jpg", photo(100, .jpeg), deflated: deflated)
        zip.add("anna/notes.txt", Array("none".utf8))
        zip.add("__MACOSX/anna/._1.JPG", [1, 2, 3])
        zip.add("anna/.DS_Store", [1])
        return zip.file(comment: "photos of Anna")
    }

    static func photo(_ number: Int, _ format: Picture.Format, side: Int = 256) -> [UInt8] {
        Picture(
            prompt: "photo \(number)", endpoint: "camera", seed: Int64(number), width: side, height: side, number: 1,
            isFlagged: false, format: format
        ).encoded()
    }

    static func header(of weights: [UInt8]) throws -> JSONValue {
        let length = weights.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        return try JSONValue(parsing: Array(weights.dropFirst(8).prefix(length)))
    }
}

extension HTTPClient {
    /// Uploads and returns the file's URL.
    func upload(_ bytes: [UInt8], name: String = "photos.zip") throws -> String {
        let reply = try request(
            "POST", "/files/upload", body: bytes,
            headers: ["Content-Type": "application/zip", "X-Fal-File-Name": name], authorization: "Bearer t")
        guard let url = try reply.json["access_url"]?.stringValue else { throw Failure.malformed(reply.text) }
        return url
    }

    func fetch(_ url: JSONValue?) throws -> [UInt8] {
        guard let path = url?.stringValue?.pathOfURL else {
            throw Failure.malformed("no url: \(String(describing: url))")
        }
        return try request("GET", path, authorization: nil).body
    }

    /// Uploads, trains a portrait, and returns the LoRA.
    func train(_ zip: [UInt8], settings: String = "") throws -> [UInt8] {
        let url = try upload(zip)
        let path = try submit(#"{"images_data_url":"\#(url)"\#(settings)}"#, to: TrainerTests.portrait)
        return try fetch(try result(path).json["diffusers_lora_file"]?["url"])
    }

    /// Waits for a job, and asks for its result.
    func result(_ path: String) throws -> Response {
        let stream = try request("GET", path + "/status/stream")
        guard stream.status == 200 else { throw Failure.malformed(stream.text) }
        return try request("GET", path)
    }
}
