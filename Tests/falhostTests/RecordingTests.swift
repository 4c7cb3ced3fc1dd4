import Foundation
import JSON
import Simulator
import Testing

/// `--record` and `--replay`.
@Suite(.timeLimit(.minutes(5)))
struct RecordingTests {
    private let project: SecretProject
    private var root: String { project.folder.path }

    init() async throws {
        project = try await SecretProject()
    }

    private func generate(_ options: [String], environment: [String: String] = [:]) async throws -> FalhostProcess {
        try await FalhostProcess.run(
            ["generate", "--root", root] + options + ["--avatar", "demo-anna", "by the sea"], environment: environment)
    }

    private func record() async throws {
        try await withSimulator { simulator in
            let run = try await generate(
                ["--record", root + "/rec", "--out", root + "/one"],
                environment: simulator.environment(key: SecretKey.key))
            try #require(run.status == 0, "\(run.errors)")
        }
    }

    /// The pictures below a folder.
    private func pictures(_ folder: String) throws -> [Data] {
        let names = FileManager.default.enumerator(atPath: root + "/" + folder)?.allObjects as? [String] ?? []
        return try names.filter { $0.hasSuffix(".jpg") }.sorted().map {
            try Data(contentsOf: URL(filePath: "\(root)/\(folder)/\($0)"))
        }
    }

    @Test func `A recording answers without network or key, with the same pictures`() async throws {
        try await record()
        let run = try await generate(["--replay", root + "/rec", "--out", root + "/two"])
        #expect(run.status == 0 && !run.errors.contains("replay: "), "\(run.errors)")
        let (recorded, replayed) = (try pictures("one"), try pictures("two"))
        #expect(recorded.count == 1 && recorded == replayed)
        let stats = try await FalhostProcess.run("stats", "--root", root, "--json")
        #expect(try JSONValue(parsing: Array(stats.output.utf8))["total"]?["jobs"] == 0, "\(stats.output)")
    }

    @Test func `A recording has nothing of the key`() async throws {
        try await record()
        let names = try FileManager.default.contentsOfDirectory(atPath: root + "/rec")
        #expect(names.contains("0001.json") && names.contains { $0.hasSuffix(".body") })
        for name in names {
            let data = try Data(contentsOf: URL(filePath: "\(root)/rec/\(name)"))
            #expect(!SecretKey.isIn(data), "\(name)")
            #expect(!String(decoding: data, as: UTF8.self).lowercased().contains("authorization"))
        }
    }

    @Test func `A server that repeats the key does not get it into the recording`() async throws {
        let body = #"{"detail": "bad key \#(SecretKey.key) or \#(SecretKey.secret)"}"#
        let server = try ForeignServer(answer: ForeignServer.response(401, body))
        defer { server.stop() }
        let run = try await generate(
            ["--record", root + "/rec"], environment: ["FALHOST_BASE_URL": server.url, "FAL_KEY": SecretKey.key])
        #expect(run.status == 77, "\(run.errors)")
        let kept = try Data(contentsOf: URL(filePath: root + "/rec/0001.json"))
        #expect(String(decoding: kept, as: UTF8.self).contains("bad key"))
        #expect(!SecretKey.isIn(kept))
    }

    @Test func `Under a changed rule it answers too, and says what is different`() async throws {
        try await record()
        try project.folder.file(
            "scripts/rules/30_lake.lua", "return function(p) return (p:gsub('sea', 'lake')) end\n")
        let run = try await generate(["--replay", root + "/rec", "--out", root + "/two"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(
            run.errors.contains(
                "replay: POST /fal-ai/flux-lora (0001.json): prompt was \"TOK woman, by the sea\", "
                    + "is \"TOK woman, by the lake\""), "\(run.errors)")
        #expect(try pictures("two") == pictures("one"))
    }

    @Test func `A recording finishes no job that another server has`() async throws {
        try await record()
        try await withSimulator(faults: ["job:endless"]) { simulator in
            let running = try RunningFalhost(
                ["generate", "--root", root, "--avatar", "demo-anna", "by the sea"],
                environment: simulator.environment())
            try await running.wait { simulator.counters()[.stream] == 1 }
            running.signal(SIGKILL)
            _ = try await running.ending()
        }
        let run = try await FalhostProcess.run("resume", "--root", root, "--replay", root + "/rec")
        #expect(run.errors.contains("1 job left alone: they were sent to http://127.0.0.1:"), "\(run.errors)")
    }

    @Test func `What is not recorded is an error of the network that says so`() async throws {
        try await record()
        let run = try await FalhostProcess.run(
            "generate", "--root", root, "--replay", root + "/rec", "--avatar", "demo-noir", "by the sea")
        #expect(run.status == 69)
        #expect(run.errors.contains("rec has no answer left to POST /fal-ai/flux-pro [network]"), "\(run.errors)")
    }

    @Test func `Faults are replayed as they were`() async throws {
        try await withSimulator(faults: ["submit:422"]) { simulator in
            _ = try await generate(["--record", root + "/rec"], environment: simulator.environment())
        }
        let run = try await generate(["--replay", root + "/rec"])
        #expect(run.status == 65 && run.errors.contains("[validation"), "\(run.errors)")
    }

    @Test func `Folders that cannot be used are named before anything is sent`() async throws {
        try project.folder.file("full/x", "x")
        let full = try await generate(["--record", root + "/full"], environment: ["FAL_KEY": "x:y"])
        #expect(full.status == 74 && full.errors.contains("is not empty: name a new one"), "\(full.errors)")
        let missing = try await generate(["--replay", root + "/nowhere"])
        #expect(missing.status == 74 && missing.errors.contains("nowhere': No such file"), "\(missing.errors)")
        try project.folder.file("bad/0001.json", "{}")
        let bad = try await generate(["--replay", root + "/bad"])
        #expect(bad.status == 74 && bad.errors.contains("bad/0001.json is not an exchange"), "\(bad.errors)")
    }

    @Test func `The three stand-ins exclude each other`() async throws {
        for options in [["--simulate", "--record", "a"], ["--record", "a", "--replay", "b"]] {
            let run = try await generate(options)
            #expect(run.status == 64 && run.errors.contains("exclude each other"), "\(run.errors)")
        }
    }
}
