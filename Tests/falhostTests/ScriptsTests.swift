import Foundation
import Testing

/// The scripts that ship, run as the README says, against the built-in simulator.
@Suite(.timeLimit(.minutes(5)))
struct ScriptsTests {
    @Test(arguments: ["quickstart", "portrait", "style_ultra", "batch"])
    func writesPicturesThatOpen(script: String) throws {
        let project = try TemporaryFolder.project()
        let run = try FalhostProcess.run("--simulate", project.path + "/scripts/\(script).lua")
        #expect(run.status == 0, "\(run.errors)")
        let paths = run.output.split(separator: "\n").filter { $0.hasPrefix("/") }
        #expect(!paths.isEmpty)
        for path in paths {
            let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: String(path))))
            #expect(bytes.count > 1000)
            let isJPEG = bytes.starts(with: [0xFF, 0xD8, 0xFF]) && bytes.suffix(2) == [0xFF, 0xD9]
            let isPNG = bytes.starts(with: [0x89, 0x50, 0x4E, 0x47])
            #expect(isJPEG || isPNG, "\(path) is no picture")
        }
    }

    @Test func quickstartMakesSixPictures() throws {
        let project = try TemporaryFolder.project()
        let run = try FalhostProcess.run("--simulate", project.path + "/scripts/quickstart.lua")
        #expect(run.output.split(separator: "\n").count { $0.hasPrefix("/") } == 6)
        #expect(run.output.contains("TOK woman, smiling portrait in a park, highly detailed"))
    }

    @Test func safeNamesTheErrorAndTheNearestPreset() throws {
        let project = try TemporaryFolder.project()
        let run = try FalhostProcess.run("--simulate", project.path + "/scripts/safe.lua")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("avatar_not_found"))
        #expect(run.output.contains("portrait"))
        #expect(run.output.contains("mend the call"))
    }

    @Test func metricsMeasuresThreePresets() throws {
        let project = try TemporaryFolder.project()
        let run = try FalhostProcess.run("--simulate", project.path + "/scripts/metrics.lua")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count { $0.contains("fal-ai/flux-lora") } == 3)
    }

    @Test func queueShowsEventsOfAnyEndpoint() throws {
        let project = try TemporaryFolder.project()
        let run = try FalhostProcess.run("--simulate", project.path + "/scripts/queue.lua", "some-owner/some-model", "a cat")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("COMPLETED"))
        #expect(run.output.contains("http://127.0.0.1:"))
    }
}
