import Foundation
import JSON
import Simulator
import Testing

/// `falhost stats` over a ledger that runs against the simulator have filled.
@Suite(.timeLimit(.minutes(5)))
struct StatsTests {
    private static let script = """
        local fal = require "fal"
        local anna = { id = "anna", name = "Anna", training_type = "portrait", status = "completed",
          diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
        local noir = { id = "noir", name = "Noir", training_type = "style", status = "completed",
          finetune_id = "ft", trigger_word = "NOIR" }
        fal.generate_multiple_images(anna, { "one", "two", "nsfw" }, { preset = "fast" })
        fal.generate_avatar_image(noir, "four")
        """

    private static func project(_ faults: [String] = []) async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        try await withSimulator(faults: faults) { simulator in
            let run = try await FalhostProcess.run(
                "--root", project.path, "-e", script, environment: simulator.environment())
            #expect(run.status == 0, "\(run.errors)")
            #expect(!run.errors.contains("spent"), "nothing real was")
        }
        return project
    }

    private static func json(_ project: TemporaryFolder, _ options: String...) async throws -> JSONValue {
        let run = try await FalhostProcess.run(["stats", "--root", project.path, "--json"] + options)
        #expect(run.status == 0, "\(run.errors)")
        return try JSONValue(parsing: Array(run.output.utf8))
    }

    @Test func `Simulated jobs are told apart from paid ones`() async throws {
        let project = try await Self.project()
        #expect(try await Self.json(project)["total"]?["jobs"] == 0)
        let plain = try await FalhostProcess.run("stats", "--root", project.path)
        #expect(plain.output == "no jobs (--simulated shows those of a simulator)\n")
        #expect(try await Self.json(project, "--simulated")["total"]?["jobs"] == 4)
    }

    @Test func `Figures by preset and endpoint`() async throws {
        let project = try await Self.project(["submit:422:after=1"])
        let json = try await Self.json(project, "--simulated", "--since", "1d")
        let total = try #require(json["total"])
        #expect(total["completed"] == 3 && total["failed"] == 1 && total["success_rate"] == 0.75)
        #expect(total["spent"] == 0.07, "two pictures of one begun megapixel")
        #expect(total["unknown_prices"] == 1)
        let presets = try #require(json["by_preset"]?.arrayValue)
        #expect(presets.map { $0["preset"] } == ["balanced", "fast"])
        #expect(presets[1]["jobs"] == 3)
        #expect(presets[1]["p95"]?.numberValue.map { $0 > 0 } == true)
        let endpoints = try #require(json["by_endpoint"]?.arrayValue)
        #expect(endpoints.map { $0["endpoint"] } == ["fal-ai/flux-lora", "fal-ai/flux-pro"])
        #expect(endpoints[1]["unknown_prices"] == 1)
        #expect(json["by_avatar"]?.arrayValue?.count == 2)
        #expect(json["by_day"]?.arrayValue?.count == 1)
        #expect(try await Self.json(project, "--simulated", "--since", "2999-01-01")["total"]?["jobs"] == 0)
    }

    @Test func `A run is found by its id, and the table has no chart in a pipe`() async throws {
        let project = try await Self.project()
        let runs = try #require(try await Self.json(project, "--simulated")["by_run"]?.arrayValue)
        let id = try #require(runs.first?["run"]?.stringValue)
        let json = try await Self.json(project, "--run", id)
        #expect(json["total"]?["jobs"] == 4)
        #expect(json["total"]?["nsfw_share"] == 0.25)
        let table = try await FalhostProcess.run("stats", "--root", project.path, "--run", id)
        let lines = table.output.split(separator: "\n").map(String.init)
        #expect(lines.first?.split(separator: " ").first == "jobs")
        #expect(lines.contains { $0.hasPrefix("fal-ai/flux-pro") && $0.contains(" - ") }, "\(table.output)")
        #expect(!table.output.contains("█"))
        let missing = try await FalhostProcess.run("stats", "--root", project.path, "--run", "none")
        #expect(missing.status == 66)
        #expect(missing.complaints == ["falhost: there is no run 'none' in the ledger"])
    }

    @Test(arguments: ["7", "d", "-1d", "2026-02-30", "7w", "soon"])
    func `What is no time is a usage error`(since: String) async throws {
        #expect(try await FalhostProcess.run("stats", "--since=\(since)").status == 64)
    }
}
