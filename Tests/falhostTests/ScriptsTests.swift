import Foundation
import Testing

/// The scripts that ship, run as the README says, against the built-in simulator.
@Suite(.timeLimit(.minutes(5)))
struct ScriptsTests {
    /// What each script that draws writes, in its order.
    static let pictures: [String: [PictureSize]] = [
        "quickstart": [
            PictureSize(768, 1024), PictureSize(1024, 768), PictureSize(2048, 2048), PictureSize(512, 512),
            PictureSize(512, 512), PictureSize(512, 512),
        ],
        "portrait": [PictureSize(768, 1024)],
        "style_ultra": Array(repeating: PictureSize(2752, 1536), count: 4),
        "batch": Array(repeating: PictureSize(1024, 1024), count: 4),
    ]

    /// The scripts that print, each with a test of its own below; the bot has suites of its own (`TelegramBotTests`).
    static let others = ["safe", "metrics", "queue", "http", "telegram_bot", "telegram_bot_settings"]

    @Test func everyScriptThatShipsIsRunHere() throws {
        let folder = FalhostProcess.repository.appendingPathComponent("scripts").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".lua") }.map { String($0.dropLast(4)) }
        #expect(
            names.sorted() == (Self.pictures.keys + Self.others).sorted(),
            "a script without a test, or a test without one")
    }

    @Test(arguments: pictures.keys.sorted())
    func writesPicturesOfTheSizeAskedFor(script: String) async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run("--simulate", project.path + "/scripts/\(script).lua")
        #expect(run.status == 0, "\(run.errors)")
        let paths = run.output.split(separator: "\n").filter { $0.hasPrefix("/") }.map(String.init)
        let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
        let sizes = try files.map { try #require(PictureSize($0)) }
        #expect(sizes == Self.pictures[script])
        #expect(Set(files).count == files.count, "two pictures are the same")
        let folder = project.path + "/.falhost/images"
        // Each picture has its receipt beside it.
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
            .filter { $0.hasSuffix(".jpg") || !$0.hasPrefix(folder + "/20") }
        #expect(left.sorted() == paths.sorted(), "something else lies beside the pictures")
    }

    @Test func quickstartSaysWhatItSends() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run("--simulate", project.path + "/scripts/quickstart.lua")
        #expect(run.output.contains("TOK woman, smiling portrait in a park, highly detailed"))
    }

    @Test func scriptsTakeTheirPromptFromTheCommandLine() async throws {
        let project = try TemporaryFolder.project()
        for script in ["portrait", "style_ultra"] {
            let run = try await FalhostProcess.run("--simulate", project.path + "/scripts/\(script).lua", "a red door")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("a red door"), "\(run.errors)")
        }
        let file = try project.file("prompts.txt", "# two doors\na red door\n\na blue door\n").path
        let run = try await FalhostProcess.run("--simulate", project.path + "/scripts/batch.lua", file, "fast")
        #expect(run.output.split(separator: "\n").count == 2, "\(run.errors)")
    }

    @Test func aBatchInWhichOneFailsEndsWithThree() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "--simulate", "--fault", "result:422:after=1", project.path + "/scripts/batch.lua")
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count == 3)
        #expect(run.errors.contains("line "), "\(run.errors)")
    }

    @Test func safeNamesTheErrorAndTheNearestPreset() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run("--simulate", project.path + "/scripts/safe.lua")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("avatar_not_found"))
        #expect(run.output.contains("portrait"))
        #expect(run.output.contains("mend the call"))
    }

    @Test func metricsMeasuresThreePresets() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run("--simulate", project.path + "/scripts/metrics.lua")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count { $0.contains("fal-ai/flux-lora") } == 3)
    }

    @Test func httpCopiesPicturesAndTellsAServer() async throws {
        let project = try TemporaryFolder.project()
        let server = try ForeignServer()
        defer { server.stop() }
        let run = try await FalhostProcess.run(
            "--simulate", project.path + "/scripts/http.lua", project.path + "/copies", server.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "\(project.path)/copies/list.json\ntold, the answer was 200\n")
        for number in 1...2 {
            let file = project.path + "/copies/picture-\(number).jpg"
            let data = try Data(contentsOf: URL(fileURLWithPath: file))
            #expect(PictureSize(data) == PictureSize(512, 512))
            #expect(run.errors.contains("copied bytes=\(data.count) file=\(file) type=image/jpeg"), "\(run.errors)")
        }
        #expect(String(decoding: server.bytes, as: UTF8.self).contains("\r\nContent-Type: application/json\r\n"))
    }

    @Test func queueShowsEventsOfAnyEndpoint() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "--simulate", project.path + "/scripts/queue.lua", "some-owner/some-model", "a cat")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("COMPLETED"))
        #expect(run.output.contains("http://127.0.0.1:"))
    }
}
