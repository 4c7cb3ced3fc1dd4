import Foundation
import Simulator
import Testing

/// Many generations side by side from one script: nothing is lost, nothing is asked twice.
@Suite(.timeLimit(.minutes(5)))
struct ThousandGenerationsTests {
    @Test func aThousandGenerationsAreThreeRequestsEach() async throws {
        let project = try TemporaryFolder.project()
        let script = FalhostProcess.repository.appendingPathComponent("Tests/Benchmarks/generations.lua").path
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "--quiet", "--root", project.path, script, "1000", "256", environment: simulator.environment())
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output == "1000 generations\n")
            #expect(run.errors.isEmpty, "\(run.errors)")
            let seen = simulator.counters()
            #expect(seen.submits == 1000)
            #expect(seen[.submit] == 1000)
            #expect(seen[.stream] == 1000)
            #expect(seen[.result] == 1000)
            #expect(seen.total == 3000)
            #expect(seen.cancels == 0)
            for kind in [RequestKind.submit, .stream, .result] { #expect(seen.authorized(kind) == 1000) }
        }
    }

    @Test func eachGenerationGetsItsOwnResult() async throws {
        let project = try TemporaryFolder.project()
        let script = """
            local fal, task = require "fal", require "task"
            local anna = { id = "a", name = "A", training_type = "portrait", status = "completed",
              diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
            local seeds = {}
            for i = 1, 200 do seeds[i] = 2718281828459045 + i end
            local results = task.map(seeds, { limit = 256 }, function(seed)
              local _, result = fal.generate_avatar_image(anna, "prompt " .. seed, { seed = seed })
              return result
            end)
            local ids = {}
            for i, result in ipairs(results) do
              assert(result.seed == seeds[i] and math.type(result.seed) == "integer", "seed of another job")
              assert(result.prompt == "TOK, prompt " .. seeds[i], "prompt of another job")
              assert(not ids[result.request_id], "two jobs with one id")
              ids[result.request_id] = true
            end
            print(#results)
            """
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "--quiet", "--root", project.path, "-e", script, environment: simulator.environment())
            #expect(run.output == "200\n", "\(run.errors)")
        }
    }
}
