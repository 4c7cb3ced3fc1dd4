import Foundation
import JSON
import Simulator
import Testing

/// Pictures that are kept, as the operator meets them.
@Suite(.timeLimit(.minutes(5)))
struct KeptPicturesTests {
    private let project: TemporaryFolder

    init() async throws {
        project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "avatars", "import", "scripts/lib/demo_avatars.json", "--root", project.path, folder: project.url)
        try #require(run.status == 0, "\(run.errors)")
    }

    private func run(_ simulator: Simulator, _ arguments: String...) async throws -> FalhostProcess {
        try await FalhostProcess.run(
            arguments + ["--root", project.path], environment: simulator.environment(), folder: project.url)
    }

    private func jobs(_ simulator: Simulator) async throws -> [JSONValue] {
        try await JSONValue(parsing: run(simulator, "jobs", "list", "--json").output).arrayValue ?? []
    }

    private var objects: [String] {
        let found = try? FileManager.default.subpathsOfDirectory(atPath: project.path + "/.falhost/objects")
        return (found ?? []).filter { $0.hasSuffix(".jpg") }
    }

    private let generate = ["generate", "--avatar", "demo-anna", "--preset", "fast"]

    @Test func theLedgerKnowsTheFileAndItsHash() async throws {
        try await withSimulator { simulator in
            let made = try await run(simulator, "generate", "--avatar", "demo-anna", "--set", "num_images=2", "x")
            let paths = made.output.split(separator: "\n").map(String.init)
            let files = try #require(try await jobs(simulator).first?["files"]?.arrayValue)
            #expect(files.compactMap { $0["path"]?.stringValue } == paths && paths.count == 2)
            for file in files {
                let path = try #require(file["path"]?.stringValue)
                let sum = try await FalhostProcess.shell("sha256sum '\(path)' || shasum -a 256 '\(path)'").output
                    .prefix(64)
                #expect(file["sha256"]?.stringValue == String(sum))
                #expect(file["width"]?.integerValue == 1024 && file["content_type"] == "image/jpeg")
            }
            #expect(objects.count == 2)
        }
    }

    @Test func aPictureWhoseConnectionBreaksIsWholeInTheEnd() async throws {
        try await withSimulator(faults: ["download:cut-body:times=2"]) { simulator in
            let made = try await run(simulator, "generate", "--avatar", "demo-anna", "x")
            #expect(made.status == 0, "\(made.errors)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: String(made.output.dropLast())))
            #expect(bytes.suffix(2) == Data([0xFF, 0xD9]))
            #expect(simulator.counters()[.download] == 3)
        }
    }

    @Test func resumeFetchesWhatAKilledProcessDidNotComeTo() async throws {
        try await withSimulator(faults: ["download:hang"]) { simulator in
            let killed = try RunningFalhost(
                ["generate", "--avatar", "demo-anna", "--preset", "fast", "--root", project.path, "x"],
                environment: simulator.environment(), folder: project.url)
            try await killed.wait { simulator.counters()[.download] == 1 }
            // The result is noted in the ledger beside the download.
            try await killed.wait { (try? await jobs(simulator).first?["state"] == "completed") == true }
            killed.signal(SIGKILL)
            _ = try await killed.ending()
            #expect(objects.isEmpty)
            let resumed = try await run(simulator, "resume")
            #expect(resumed.status == 0, "\(resumed.errors)")
            let path = try #require(resumed.output.split(separator: "\t").last).dropLast()
            #expect(FileManager.default.fileExists(atPath: String(path)), "\(resumed.output)")
            #expect(objects.count == 1 && simulator.counters()[.submit] == 1)
            #expect(try await run(simulator, "resume").errors.contains("nothing to resume"))
        }
    }

    @Test func whatAKilledProcessLeftIsRemovedAfterADay() async throws {
        let objects = project.path + "/.falhost/objects"
        let old = try project.file(".falhost/objects/.new-1-old", "half a picture")
        let new = try project.file(".falhost/objects/.new-2-new", "half a picture")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -25 * 3600)], ofItemAtPath: old.path)
        try await withSimulator { simulator in
            let run = try await run(simulator, "generate", "--avatar", "demo-anna", "by the sea")
            #expect(run.status == 0, "\(run.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: old.path))
        #expect(FileManager.default.fileExists(atPath: new.path))
        #expect(try FileManager.default.contentsOfDirectory(atPath: objects).count == 2)
    }

    @Test func aPictureThatIsGoneIsToldOnce() async throws {
        try await withSimulator(faults: ["download:expired:times=always"]) { simulator in
            let made = try await run(simulator, "generate", "--avatar", "demo-anna", "--preset", "fast", "x")
            #expect(made.status != 0 && made.errors.contains("[expired]"), "\(made.errors)")
            let resumed = try await run(simulator, "resume")
            #expect(resumed.status == 0 && resumed.errors.contains("nothing to resume"), "\(resumed.errors)")
        }
    }

    @Test func twoProcessesDoNotTakeEachOthersNames() async throws {
        try await withSimulator { simulator in
            let arguments = [
                "generate", "--avatar", "demo-anna", "--preset", "fast", "--name", "{avatar}.{ext}", "--root",
                project.path,
                "--set", "num_images=4",
            ]
            let both = try ["a", "b"].map {
                try RunningFalhost(arguments + [$0], environment: simulator.environment(), folder: project.url)
            }
            var ends: [FalhostProcess] = []
            for falhost in both { ends.append(try await falhost.ending()) }
            let paths = ends.flatMap { $0.output.split(separator: "\n").map(String.init) }
            #expect(ends.allSatisfy { $0.status == 0 }, "\(ends.map(\.errors))")
            #expect(paths.count == 8 && Set(paths).count == 8, "\(paths)")
            #expect(try Set(paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }).count == 8)
        }
    }

    @Test(.enabled(if: TemporaryDisk.isAvailable, "mounting a small disk needs root"))
    func anotherFileSystemGetsACopy() async throws {
        try await withSimulator { simulator in
            try await TemporaryDisk.with(options: "size=4m") { disk in
                let made = try await run(simulator, "generate", "--avatar", "demo-anna", "--out", disk.path, "x")
                #expect(made.status == 0, "\(made.errors)")
                let path = String(made.output.dropLast())
                #expect(path.hasPrefix(disk.path) && objects.count == 1)
                let object = project.path + "/.falhost/objects/" + objects[0]
                #expect(FileManager.default.contentsEqual(atPath: path, andPath: object))
                #expect(try disk.contents().count == 1, "nothing but the day's folder")
            }
        }
    }

    @Test func aResultIsDownloadedWhole() async throws {
        try await withSimulator { simulator in
            let script = """
                local fal = require "fal"
                local _, result = fal.generate_avatar_image("demo-anna", "x", { quality = "fast", num_images = 3 })
                print(table.concat(fal.download(result), "\\n"))
                for _, bad in ipairs { {}, { images = { {} } }, { images = "x" } } do
                  print((select(2, pcall(fal.download, bad)).message:match("an address or a result")))
                end
                """
            let made = try await run(simulator, "-e", script)
            let lines = made.output.split(separator: "\n").map(String.init)
            #expect(lines.count == 6, "\(made.output)\(made.errors)")
            #expect(lines.prefix(3).allSatisfy { FileManager.default.fileExists(atPath: $0) })
            #expect(lines.suffix(3).allSatisfy { $0 == "an address or a result" }, "\(made.output)")
        }
    }
}
