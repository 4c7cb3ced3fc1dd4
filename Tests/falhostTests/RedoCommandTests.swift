import Foundation
import JSON
import Simulator
import TestSupport
import Testing

/// Receipts of pictures, and pictures made again from them.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct RedoCommandTests {
    private struct Project {
        let folder: TemporaryFolder
        let environment: [String: String]

        func run(_ arguments: String...) async throws -> FalhostProcess {
            try await FalhostProcess.run(arguments, environment: environment, folder: folder.url)
        }

        /// Makes one picture and returns its path.
        func generate(_ format: String, _ more: String...) async throws -> String {
            let run = try await FalhostProcess.run(
                [
                    "generate", "--avatar", "demo-anna", "--preset", "portrait", "--set", "output_format=\(format)",
                    "--name", "{job}.{ext}",
                ] + more + ["by the sea"], environment: environment, folder: folder.url)
            #expect(run.status == 0, "\(run.errors)")
            return String(try #require(run.output.split(separator: "\n").first))
        }

        func redo(_ arguments: String...) async throws -> String {
            let run = try await FalhostProcess.run(
                ["redo", "--name", "{job}.{ext}"] + arguments, environment: environment, folder: folder.url)
            #expect(run.status == 0, "\(run.errors)")
            return String(try #require(run.output.split(separator: "\n").first, "\(run.errors)"))
        }

        /// What the ledger has of the jobs, oldest first.
        var jobs: [JSONValue] {
            get async throws {
                try JSONValue(parsing: await run("jobs", "list", "--json").output).arrayValue?.reversed() ?? []
            }
        }
    }

    /// A project with the demo avatars, and a simulator that its falhost sends everything to.
    private func withProject(_ test: (Simulator, Project) async throws -> Void) async throws {
        let folder = try TemporaryFolder.project()
        let demo = folder.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: folder.url).status == 0)
        try await withSimulator { simulator in
            let environment = simulator.environment(key: "id:\(SecretKey.secret)")
            try await test(simulator, Project(folder: folder, environment: environment))
        }
    }

    private static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    private static func receipt(_ picture: String) throws -> JSONValue {
        try JSONValue(parsing: [UInt8](bytes(picture + ".json")))
    }

    private static func text(_ value: JSONValue?) throws -> String {
        String(decoding: try #require(value).serialized(), as: UTF8.self)
    }

    /// The requests' bodies as the server got them, newest first.
    private static func sent(to simulator: Simulator) throws -> [String] {
        let answer = try LoopbackSocket(port: simulator.port).exchange(
            "GET", "/v1/models/requests/by-endpoint?endpoint_id=fal-ai/flux-lora&expand=payloads",
            headers: ["Authorization: Key x:y"])
        let body = try #require(answer.range(of: "\r\n\r\n")).upperBound
        let items = try JSONValue(parsing: String(answer[body...]))["items"]?.arrayValue ?? []
        return try items.map { try text($0["json_input"]) }
    }

    // MARK: Receipts

    @Test func aJPEGHasItsReceiptBesideIt() async throws {
        try await withProject { _, project in
            let picture = try await project.generate("jpeg")
            let receipt = try Self.receipt(picture)
            let job = try #require(try await project.jobs.first)
            #expect(receipt["receipt"] == 1 && receipt["job"] == job["id"] && receipt["run"] == job["run"])
            #expect(receipt["request_id"] == job["request_id"] && receipt["simulated"] == true)
            #expect(receipt["price"] == job["price"] && receipt["billable_units"]?.integerValue == 1)
            #expect(receipt["script"]?["path"] == "generate" && receipt["falhost"]?.stringValue != nil)
            #expect(try Self.text(receipt["request"]?["arguments"]) == Self.text(job["arguments"]))
            let call = try #require(receipt["call"])
            #expect(call["avatar"] == "demo-anna" && call["preset"] == "portrait" && call["prompt"] == "by the sea")
            #expect(call["overrides"] == ["preset": "portrait", "output_format": "jpeg"])
            let paths = ["preset", "rules"].map { name in
                (call["sources"]?[name]?.arrayValue ?? []).compactMap { $0["path"]?.stringValue }
            }
            #expect(
                paths == [["presets/portrait.lua"], ["scripts/rules/10_rewrite.lua", "scripts/rules/20_trigger.lua"]])
            #expect(receipt["picture"]?["sha256"] == job["files"]?.arrayValue?.first?["sha256"])
            #expect(receipt["picture"]?["width"] == 768 && receipt["picture"]?["content_type"] == "image/jpeg")
            let rights = try FileManager.default.attributesOfItem(atPath: picture + ".json")[.posixPermissions] as? Int
            let pictures = try FileManager.default.attributesOfItem(atPath: picture)[.posixPermissions] as? Int
            #expect(rights == pictures)
        }
    }

    @Test func aPNGHasItsReceiptInItAndThePixelsOfTheOriginal() async throws {
        try await withProject { _, project in
            let picture = try await project.generate("png")
            let receipt = try Self.receipt(picture)
            let file = try Self.bytes(picture)
            let decoded = try PNGDecoder([UInt8](file))
            let url = try #require(receipt["picture"]?["url"]?.stringValue)
            let original = project.folder.path + "/original.png"
            #expect(try await project.run("-e", "require('fal').download(...)", url, original).status == 0)
            let bytes = try Self.bytes(original)
            #expect(decoded.pixels == (try PNGDecoder([UInt8](bytes))).pixels && decoded.width == 768)
            let document = try Self.bytes(picture + ".json").dropLast()
            #expect(file.count == bytes.count + document.count + 24)
            #expect(file.range(of: Data("iTXtfalhost\0\0\0\0\0".utf8) + document) != nil)
        }
    }

    @Test func aScriptsReceiptHasTheScript() async throws {
        try await withProject { _, project in
            try project.folder.file(
                "one.lua",
                "local fal = require 'fal'; print(fal.download((fal.generate_avatar_image('demo-anna', 'x'))))")
            let run = try await project.run("one.lua")
            #expect(run.status == 0, "\(run.errors)")
            let receipt = try Self.receipt(String(run.output.dropLast()))
            #expect(receipt["script"]?["path"] == "one.lua" && receipt["script"]?["sha256"]?.stringValue?.count == 64)
        }
    }

    @Test func noReceiptHasTheKey() async throws {
        try await withProject { _, project in
            for format in ["png", "jpeg"] {
                let picture = try await project.generate(format, "--set", "timeout=60")
                for file in [picture, picture + ".json"] { #expect(!SecretKey.isIn(try Self.bytes(file))) }
            }
        }
    }

    @Test func aPictureWhoseReceiptCannotBeWrittenIsKeptAndSaidSo() async throws {
        try await withProject { _, project in
            let out = project.folder.path + "/out"
            try project.folder.file("out/folder.jpg.json/x", "")
            try project.folder.file("out/mine.jpg.json", #"{"mine": true}"#)
            for name in ["folder", "mine"] {
                let run = try await project.run(
                    "generate", "--avatar", "demo-anna", "--out", out, "--name", "\(name).{ext}", "by the sea")
                #expect(run.status == 0 && run.output == "\(out)/\(name).jpg\n", "\(run.errors)")
                #expect(run.errors.contains("is kept without the receipt beside it"), "\(run.errors)")
            }
            #expect(try Self.bytes(out + "/mine.jpg.json") == Data(#"{"mine": true}"#.utf8))
            #expect(try await project.run("redo", out + "/folder.jpg").status == 74)
            try FileManager.default.removeItem(atPath: out + "/folder.jpg.json")
            // The ledger knows it all the same.
            let redone = try await project.redo(out + "/folder.jpg", "--out", out)
            #expect(try await project.jobs.count == 3 && Self.receipt(redone)["job"] != nil)
        }
    }

    // MARK: Made again

    @Test(arguments: ["png", "jpeg"])
    func withoutChangesTheSameRequestIsSent(format: String) async throws {
        try await withProject { simulator, project in
            let picture = try await project.generate(format)
            let again = try await project.redo(picture)
            let jobs = try await project.jobs
            try #require(jobs.count == 2 && simulator.counters().submits == 2)
            #expect(try Self.text(jobs[0]["arguments"]) == Self.text(jobs[1]["arguments"]))
            #expect(jobs[0]["endpoint"] == jobs[1]["endpoint"] && jobs[1]["avatar"] == "demo-anna")
            let receipt = try Self.receipt(again)
            #expect(receipt["script"]?["path"]?.stringValue?.hasPrefix("redo") == true)
            #expect(try Self.text(receipt["call"]) == Self.text(Self.receipt(picture)["call"]))
            let sent = try Self.sent(to: simulator)
            #expect(sent.count == 2 && sent[0] == sent[1])
        }
    }

    @Test func anotherPresetIsAnotherSizeWithTheSameSeed() async throws {
        try await withProject { _, project in
            let picture = try await project.generate("png")
            let again = try await project.redo(picture, "--preset", "landscape")
            #expect(PictureSize(try Self.bytes(picture)) == PictureSize(768, 1024))
            #expect(PictureSize(try Self.bytes(again)) == PictureSize(1024, 768))
            let jobs = try await project.jobs
            #expect(jobs[0]["arguments"]?["seed"] == jobs[1]["arguments"]?["seed"])
            #expect(jobs[1]["preset"] == "landscape" && jobs[1]["prompt"] == "by the sea")
            #expect(jobs[1]["arguments"]?["prompt"] == jobs[0]["arguments"]?["prompt"])
        }
    }

    @Test func seedsAndValuesChangeOnDemand() async throws {
        try await withProject { _, project in
            let picture = try await project.generate("jpeg")
            _ = try await project.redo(picture, "--seed", "7", "--set", "guidance_scale=5")
            _ = try await project.redo(picture, "--new-seed")
            let arguments = try await project.jobs.compactMap { $0["arguments"] }
            #expect(arguments[1]["seed"] == 7 && arguments[1]["guidance_scale"] == 5)
            #expect(arguments[2]["seed"] != arguments[0]["seed"] && arguments[2]["guidance_scale"] == 3.5)
        }
    }

    @Test func aDryRunSendsNothing() async throws {
        try await withProject { simulator, project in
            let picture = try await project.generate("jpeg")
            let plain = try await project.run("redo", picture, "--dry-run")
            #expect(plain.status == 0 && plain.output.contains("(receipt)"), "\(plain.errors)")
            let changed = try await project.run("redo", picture, "--preset", "landscape", "--explain", "--json")
            let document = try JSONValue(parsing: changed.output).arrayValue?.first
            #expect(document?["explanation"]?["arguments"]?["image_size"] == "landscape_4_3", "\(changed.errors)")
            #expect(simulator.counters().submits == 1)
        }
    }

    @Test func whatChangedSinceIsSaid() async throws {
        try await withProject { _, project in
            let picture = try await project.generate("jpeg")
            try project.folder.file("presets/portrait.lua", "return { image_size = 'square' }")
            try project.folder.file("scripts/rules/30_more.lua", "return function(p) return p .. ', more' end")
            let run = try await project.run("redo", picture)
            #expect(run.status == 0 && run.errors.contains("presets/portrait.lua has changed"), "\(run.errors)")
            #expect(run.errors.contains("scripts/rules/30_more.lua is new"))
            let jobs = try await project.jobs
            #expect(try Self.text(jobs[0]["arguments"]) == Self.text(jobs[1]["arguments"]))
        }
    }

    @Test func aMovedPictureIsFoundByItsChunkOrItsContent() async throws {
        try await withProject { _, project in
            for format in ["png", "jpeg"] {
                let picture = try await project.generate(format)
                let moved = project.folder.path + "/moved"
                try FileManager.default.moveItem(atPath: picture, toPath: moved)
                if format == "png" {
                    // No ledger knows it.
                    _ = try await FalhostProcess.run(
                        ["redo", moved, "--dry-run"], environment: ["FALHOST_DB": project.folder.path + "/none.db"],
                        folder: project.folder.url)
                }
                _ = try await project.redo(moved)
                try FileManager.default.removeItem(atPath: moved)
            }
            let jobs = try await project.jobs
            #expect(try Self.text(jobs[2]["arguments"]) == Self.text(jobs[3]["arguments"]))
        }
    }

    @Test func picturesOfOneJobAreMadeAgainOnce() async throws {
        try await withProject { simulator, project in
            let picture = try await project.generate("jpeg", "--set", "num_images=2", "--name", "{job}_{index}.{ext}")
            let other = picture.replacing("_1.jpg", with: "_2.jpg")
            let run = try await project.run("redo", picture, other)
            #expect(run.status == 0 && run.output.split(separator: "\n").count == 2, "\(run.errors)")
            #expect(run.errors.contains("is of the same job") && simulator.counters().submits == 2)
        }
    }

    @Test func aBudgetHoldsForIt() async throws {
        try await withProject { simulator, project in
            let picture = try await project.generate("jpeg")
            #expect(try await project.run("redo", picture, "--budget", "0.01").status == 4)
            #expect(simulator.counters().submits == 1)
        }
    }

    @Test func anAvatarThatIsGoneStillHasItsRequest() async throws {
        try await withProject { _, project in
            let picture = try await project.generate("jpeg")
            #expect(try await project.run("avatars", "remove", "demo-anna").status == 0)
            let changed = try await project.run("redo", picture, "--preset", "fast")
            #expect(changed.status == 65 && changed.errors.contains("name another with --avatar"), "\(changed.errors)")
            _ = try await project.redo(picture)
        }
    }

    @Test func aReceiptThatCannotBeUsedIsOneLine() async throws {
        try await withProject { simulator, project in
            let picture = try project.folder.file("x.jpg", "no picture").path
            func redo() async throws -> (Int32, String) {
                let run = try await project.run("redo", picture)
                return (run.status, run.complaints.joined(separator: "\n"))
            }
            let none = try await redo()
            #expect(none.0 == 66 && none.1.contains("has no receipt"), "\(none)")
            for (text, word) in [
                ("{", "not JSON"), (#"{"receipt": 2}"#, "update falhost"), (#"{"a": 1}"#, "no receipt"),
                (#"{"receipt": 1}"#, "script is missing"),
            ] {
                try project.folder.file("x.jpg.json", text)
                let broken = try await redo()
                #expect(broken.0 == 65 && broken.1.contains(word) && broken.1.contains("x.jpg.json"), "\(broken)")
                #expect(!broken.1.contains("\n"))
            }
            #expect(try await project.run("redo", "no such.png").status == 66)
            #expect(try await project.run("redo", picture, "--seed", "1", "--new-seed").status == 64)
            #expect(try await project.run("redo", picture, "--set", "seed=1").status == 64)
            #expect(simulator.counters().submits == 0)
        }
    }
}
