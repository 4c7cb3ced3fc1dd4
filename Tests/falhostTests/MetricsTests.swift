import Foundation
import Simulator
import TestSupport
import Testing

/// What a run tells of its work: the file for Prometheus and the last line.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct MetricsTests {
    private let project: TemporaryFolder
    private var file: URL { project.url.appendingPathComponent("falhost.prom") }

    init() async throws {
        project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
    }

    private static let script = """
        local fal = require "fal"
        for i = 1, 2 do fal.generate_avatar_image("demo-anna", "n" .. i, { quality = "fast" }) end
        pcall(fal.generate_avatar_image, "nobody", "x")
        fal.run("fal-ai/flux-lora", { prompt = "x" })
        """

    private func run(_ script: String = script, _ options: String..., environment: [String: String]) async throws
        -> FalhostProcess
    {
        try await FalhostProcess.run(options + ["-e", script], environment: environment, folder: project.url)
    }

    @Test func aRunLeavesAFileForPrometheus() async throws {
        try await withSimulator(faults: ["submit:429"]) { simulator in
            let run = try await run(Self.script, "--metrics-file", file.path, environment: simulator.environment())
            #expect(run.status == 0, "\(run.errors)")
            let text = try String(contentsOf: file, encoding: .utf8)
            let work = #"{endpoint="fal-ai/flux-lora",preset="fast""#
            for line in [
                "falhost_generations_total\(work),outcome=\"completed\"} 2",
                #"falhost_generations_total{endpoint="none",preset="none",outcome="avatar_not_found"} 1"#,
                "falhost_jobs_total\(work),outcome=\"completed\"} 2",
                #"falhost_jobs_total{endpoint="fal-ai/flux-lora",preset="none",outcome="completed"} 1"#,
                "falhost_job_duration_seconds_count\(work)} 2", "falhost_job_run_seconds_count\(work)} 2",
                #"falhost_request_refusals_total{operation="submit"} 1"#, "falhost_jobs_in_flight 0",
            ] {
                #expect(text.contains(line + "\n"), "\(line)\n\(text)")
            }
            let spent = text.split(separator: "\n").filter { $0.hasPrefix("falhost_spend_dollars_total\(work)}") }
            #expect(spent.count == 1 && spent.first?.hasSuffix(" 0") == false, "\(spent)")
            let left = try FileManager.default.contentsOfDirectory(atPath: project.path)
            #expect(left.filter { $0.contains(".prom") } == ["falhost.prom"])
            try await Promtool.check(text)
        }
    }

    @Test func theFileIsThereWhileTheRunIs() async throws {
        try await withSimulator(faults: ["job:endless"]) { simulator in
            let run = try RunningFalhost(
                ["generate", "--avatar", "demo-anna", "--metrics-file", file.path, "x"],
                environment: simulator.environment(), folder: project.url)
            let file = file
            try await run.wait { FileManager.default.fileExists(atPath: file.path) }
            try await run.wait { simulator.counters()[.stream] == 1 }
            run.signal(SIGINT)
            #expect(try await run.ending().status == 130)
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.contains(#"preset="balanced",outcome="cancelled"} 1"#), "\(text)")
        }
    }

    @Test func jobsOfAKilledRunCountWhereTheyAreCollected() async throws {
        var configuration = SimulatorConfiguration()
        configuration.runTime = .seconds(6)
        try await withSimulator(configuration) { simulator in
            let environment = simulator.environment()
            let run = try RunningFalhost(
                ["generate", "--avatar", "demo-anna", "x"], environment: environment, folder: project.url)
            try await run.wait { simulator.counters()[.stream] == 1 }
            run.signal(SIGKILL)
            _ = try await run.ending()
            let resumed = try await FalhostProcess.run(
                "resume", "--metrics-file", file.path, environment: environment, folder: project.url)
            #expect(resumed.status == 0, "\(resumed.errors)")
            let text = try String(contentsOf: file, encoding: .utf8)
            let work = #"{endpoint="fal-ai/flux-lora",preset="balanced""#
            #expect(text.contains("falhost_jobs_total\(work),outcome=\"completed\"} 1\n"), "\(text)")
            #expect(text.contains("falhost_spend_dollars_total\(work)} 0.0"), "\(text)")
        }
    }

    @Test func aFileThatCannotBeWrittenStopsTheRunBeforeItCosts() async throws {
        try await withSimulator { simulator in
            let nowhere = project.path + "/nowhere/x.prom"
            let run = try await run(Self.script, "--metrics-file", nowhere, environment: simulator.environment())
            #expect(run.status == 73 && run.errors.contains("cannot write the metrics to '\(nowhere)'"))
            #expect(simulator.counters()[.submit] == 0)
            let wrong = try await self.run(Self.script, "--metrics-file", "x.txt", environment: simulator.environment())
            #expect(wrong.status == 64 && wrong.errors.contains("does not end in .prom"), "\(wrong.errors)")
        }
    }

    @Test func theSummaryIsSaidWhereItIsWanted() async throws {
        try await withSimulator { simulator in
            let environment = simulator.environment()
            let line =
                /3 generations in [0-9.]+ s: 2 made \(2 pictures, [0-9.]+ s each, the longest [0-9.]+ s\), 1 failed: avatar_not_found 1/
            let told = try await run(Self.script, "--summary", environment: environment).errors
            #expect(told.contains(line), "\(told)")
            let untold = try await run(Self.script, environment: environment).errors
            #expect(!untold.contains("generations in"))
        }
    }

    @Test func theGuidesMeasuredGenerationIsLogged() async throws {
        try await withSimulator(faults: ["job:failed:after=1"]) { simulator in
            let script = """
                local fal = require "fal"
                local url, m = fal.generate_with_metrics("demo-anna", "x")
                print(url ~= nil, m.duration >= m.run_duration, m.wait_duration >= 0, m.preset)
                print(pcall(fal.generate_with_metrics, "demo-anna", "y"))
                """
            let run = try await run(script, environment: simulator.environment())
            #expect(run.output.hasPrefix("true\ttrue\ttrue\tbalanced\nfalse\t"), "\(run.output)\(run.errors)")
            #expect(run.errors.contains(/\[FAL AI\] Generation finished in [0-9]+\.[0-9]{2} s/), "\(run.errors)")
            #expect(run.errors.contains(/\[FAL AI\] Generation failed after [0-9]+\.[0-9]{2} s:/), "\(run.errors)")
        }
    }
}
