import Foundation
import JSON
import Simulator
import Testing

/// `falhost compare` as operators meet it; the simulator counts what was really sent.
@Suite(.timeLimit(.minutes(5)))
struct CompareCommandTests {
    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        return project
    }

    private static func data(_ run: FalhostProcess) throws -> JSONValue {
        let path = try #require(run.output.split(separator: "\n").first.map(String.init))
        let html = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(html.range(of: #"id="data">"#)).upperBound
        let end = try #require(html[start...].range(of: "</script>")).lowerBound
        return try JSONValue(parsing: Array(html[start..<end].utf8))
    }

    @Test func `Presets and avatars on a grid, all from one seed`() async throws {
        let project = try await Self.project()
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "compare", "--avatar", "demo-anna,demo-noir", "--preset", "fast", "--preset", "quality,portrait",
                "--seed", "7",
                "by the sea", environment: simulator.environment(), folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            #expect(simulator.counters()[.submit] == 6)
            #expect(run.errors.contains("6 jobs, all with --seed 7"), "\(run.errors)")
            let data = try Self.data(run)
            #expect(data["grid"]?["rows"]?["values"] == ["demo-anna", "demo-noir"])
            #expect(data["grid"]?["columns"]?["values"] == ["fast", "quality", "portrait"])
            let entries = try #require(data["entries"]?.arrayValue)
            #expect(entries.allSatisfy { $0["seed"] == "7" && $0["arguments"]?["seed"] == 7 })
            let cells = try #require(data["grid"]?["cells"]?.arrayValue?.map { $0.arrayValue?.first?.integerValue })
            let shown = cells.map { cell in cell.map { entries[Int($0)] } }
            #expect(
                shown.map { $0?["avatar"] } == Array(repeating: "demo-anna", count: 3)
                    + Array(repeating: "demo-noir", count: 3))
            #expect(shown.map { $0?["preset"] } == ["fast", "quality", "portrait", "fast", "quality", "portrait"])
        }
    }

    @Test func `After Ctrl-C the page shows the cells that are there`() async throws {
        let project = try await Self.project()
        try await withSimulator(faults: ["submit:hang:after=3"]) { simulator in
            let run = try RunningFalhost(
                [
                    "compare", "--avatar", "demo-anna,demo-noir", "--preset", "fast,quality,portrait",
                    "--concurrency", "1", "by the sea",
                ], environment: simulator.environment(), folder: project.url)
            try await run.wait { simulator.counters()[.submit] == 4 }
            run.signal(SIGINT)
            let stopped = try await run.ending()
            #expect(stopped.status == 130, "\(stopped.errors)")
            let data = try Self.data(stopped)
            #expect(data["entries"]?.arrayValue?.count == 3)
            let cells = try #require(data["grid"]?["cells"]?.arrayValue)
            #expect(cells.map { $0.arrayValue?.count } == [1, 1, 1, 0, 0, 0])
        }
    }

    @Test func `A sweep of a key, with a cell that failed`() async throws {
        let project = try await Self.project()
        try await withSimulator(faults: ["submit:422:after=2"]) { simulator in
            let run = try await FalhostProcess.run(
                "compare", "--avatar", "demo-anna", "--sweep", "lora_scale=0.8:1.2:0.1", "--concurrency", "1",
                "by the sea",
                "--page", "grid.html", environment: simulator.environment(), folder: project.url)
            #expect(run.status == 3, "\(run.errors)")
            #expect(run.errors.contains("lora_scale 1.0: failed: "), "\(run.errors)")
            let data = try Self.data(run)
            #expect(data["grid"]?["rows"] == nil)
            #expect(data["grid"]?["columns"]?["values"] == ["0.8", "0.9", "1.0", "1.1", "1.2"])
            let entries = try #require(data["entries"]?.arrayValue)
            #expect(entries.map { $0["state"] } == ["completed", "completed", "failed", "completed", "completed"])
            #expect(entries[2]["code"] == "validation")
            let scales = entries.map { $0["arguments"]?["loras"]?.arrayValue?.first?["scale"] }
            #expect(scales == [0.8, 0.9, 1.0, 1.1, 1.2])
            #expect(Set(entries.compactMap { $0["seed"]?.stringValue }).count == 1)
        }
    }

    @Test func `A dry run counts and sends nothing`() async throws {
        let project = try await Self.project()
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "compare", "--avatar", "demo-anna", "--preset", "fast,quality", "--sweep", "guidance_scale=2,3,4", "x",
                "--dry-run", environment: simulator.environment(), folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                run.output.contains("total") && run.output.contains("6") && run.output.hasSuffix("nothing was sent\n"))
            #expect(simulator.counters()[.submit] == 0)
        }
    }

    @Test(arguments: [
        (
            ["--preset", "fast,quality", "--sweep", "lora_scale=0.8:9:1"], 65,
            "lora_scale must be a number from 0 to 4, not 4.8"
        ),
        (["--sweep", "lora_scal=1,2"], 65, "did you mean lora_scale?"),
        (["--preset", "fast,quallity"], 65, "preset quallity: "),
        ([], 64, "there is nothing to compare"),
        (["--preset", "fast,quality", "--sweep", "seed=1,2", "--sweep", "lora_scale=1,2"], 64, "3 things vary"),
        (["--preset", "fast,fast"], 64, "preset 'fast' is named twice"),
        (["--sweep", "lora_scale=1:0:1"], 64, "there is no step"),
        (["--sweep", "lora_scale"], 64, "expected key=from:to:step"),
        (["--sweep", "seed=1,2", "--seed", "3"], 64, "exclude"),
        (["--sweep", "seed=0:1000:1"], 64, "more than 100"),
    ])
    func `Nothing is sent when a cell is wrong`(arguments: [String], status: Int, words: String) async throws {
        let project = try await Self.project()
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                ["compare", "--avatar", "demo-anna", "x"] + arguments, environment: simulator.environment(),
                folder: project.url)
            #expect(run.status == Int32(status) && run.errors.contains(words), "\(run.errors)")
            #expect(run.output == "")
            #expect(simulator.counters()[.submit] == 0)
        }
    }
}
