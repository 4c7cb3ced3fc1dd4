import Foundation
import JSON
import Simulator
import Testing

/// Budgets as operators meet them: the simulator counts what was really sent.
@Suite(.timeLimit(.minutes(5)))
struct BudgetTests {
    /// Pictures of at most one megapixel, $0.035 each, so many side by side; prints how many were made and refused.
    private static let batch = """
        local fal = require "fal"
        local anna = { id = "anna", name = "Anna", training_type = "portrait", status = "completed",
          diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
        local prompts = {}
        for i = 1, tonumber((...)) do prompts[i] = "picture " .. i end
        local urls, results = fal.generate_multiple_images(anna, prompts, { image_size = "square" },
          { concurrency = tonumber((select(2, ...))) })
        local made, codes = 0, {}
        for i, url in ipairs(urls) do
          if url then made = made + 1 else codes[results[i].code] = (codes[results[i].code] or 0) + 1 end
        end
        print(made, codes.budget_exceeded or 0)
        """

    private static let one = """
        local fal = require "fal"
        local avatar = { id = "a", name = "A", training_type = ..., status = "completed",
          diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", finetune_id = "ft",
          trigger_phrase = "TOK" }
        print(select(2, fal.generate_avatar_image(avatar, "by the sea", { image_size = "square" })).price)
        """

    @Test func `A budget under concurrency 64 is never passed by even one job`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator { simulator in
            // 60 jobs cost $2.10; the budget has a cent more.
            let run = try await FalhostProcess.run(
                "--root", project.path, "--budget", "2.11", "-e", Self.batch, "300", "64",
                environment: simulator.environment())
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output == "60\t240\n")
            #expect(simulator.counters()[.submit] == 60)
            #expect(run.errors.hasSuffix("simulated: spent $2.10 of $2.11 in 60 jobs\n"), "\(run.errors.suffix(200))")
        }
    }

    @Test func `A day's budget holds over processes that run at the same time`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator { simulator in
            let arguments = ["--root", project.path, "--budget-per-day", "2.10", "-e", Self.batch, "100", "32"]
            let runs = try (0..<3).map { _ in
                try RunningFalhost(arguments, environment: simulator.environment())
            }
            var made = 0
            for run in runs {
                let ending = try await run.ending()
                #expect(ending.status == 0, "\(ending.errors)")
                made += Int(ending.output.split(separator: "\t").first ?? "") ?? 0
            }
            #expect(made == 60)
            #expect(simulator.counters()[.submit] == 60)
        }
    }

    @Test func `What fal could not do leaves the budget for others`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator(faults: ["submit:422:times=5"]) { simulator in
            let run = try await FalhostProcess.run(
                "--root", project.path, "--budget", "0.35", "-e", Self.batch, "15", "1",
                environment: simulator.environment())
            #expect(run.output == "10\t0\n", "\(run.errors)")
        }
    }

    @Test func `An uncaught refusal ends the run with 4, and nothing was sent`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator { simulator in
            var environment = simulator.environment()
            environment["FALHOST_BUDGET"] = "0.03"
            let run = try await FalhostProcess.run(
                "--root", project.path, "-e", Self.one, "portrait", environment: environment)
            #expect(run.status == 4, "\(run.errors)")
            #expect(run.errors.contains("the budget of $0.03 for this run does not allow another $0.035"))
            #expect(simulator.counters().total == 0)
            // The flag goes before the variable.
            let allowed = try await FalhostProcess.run(
                "--root", project.path, "--budget", "0.035", "-e", Self.one, "portrait", environment: environment)
            #expect(allowed.status == 0, "\(allowed.errors)")
            #expect(allowed.output == "0.035\n")
        }
    }

    @Test func `An unknown price is refused under a budget until somebody names one`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator { simulator in
            func run(_ options: String...) async throws -> FalhostProcess {
                try await FalhostProcess.run(
                    ["--root", project.path] + options + ["-e", Self.one, "style"], environment: simulator.environment()
                )
            }
            let refused = try await run("--budget", "5")
            #expect(refused.status == 4)
            #expect(refused.errors.contains("no price of fal-ai/flux-pro is known"), "\(refused.errors)")
            #expect(simulator.counters().total == 0)
            let assumed = try await run("--budget", "5", "--assume-price", "0.05")
            #expect(assumed.output == "nil\n", "\(assumed.errors)")
            #expect(
                assumed.errors.hasSuffix(
                    "spent $0.00 of $5.00 in 1 job, 1 price unknown, which may cost another $0.05\n"))
            try project.file(
                ".falhost/prices.json",
                #"{"prices": [{"endpoint_id": "fal-ai/flux-pro", "unit": "images", "unit_price": 0.055}]}"#)
            let known = try await run("--budget", "5")
            #expect(known.output == "0.055\n", "\(known.errors)")
        }
    }

    /// `fal.submit`, `fal.subscribe`, `fal.run` and `fal.stream` in turn, each a picture of $0.035; prints what each made.
    private static let queue = """
        local fal = require "fal"
        local input = { prompt = "by the sea", image_size = "square" }
        local calls = {
          function() return fal.submit("fal-ai/flux-lora", input):result().images end,
          function() return fal.subscribe("fal-ai/flux-lora", input).images end,
          function() return fal.run("fal-ai/flux-lora", input).images end,
          function() for chunk in fal.stream("fal-ai/flux-lora", input) do end return {} end,
        }
        for _, call in ipairs(calls) do
          local ok, made = pcall(call)
          print(ok and #made or made.code)
        end
        """

    @Test func `Calls to an endpoint count like generations`() async throws {
        let project = try TemporaryFolder.project()
        try await withSimulator { simulator in
            func run(_ options: String...) async throws -> FalhostProcess {
                try await FalhostProcess.run(
                    ["--root", project.path] + options + ["-e", Self.queue], environment: simulator.environment())
            }
            let all = try await run("--budget", "0.14")
            #expect(all.output == "1\n1\n1\n0\n", "\(all.errors)")
            #expect(
                all.errors.hasSuffix(
                    "spent $0.105 of $0.14 in 4 jobs, 1 price unknown, which may cost another $0.035\n"),
                "\(all.errors)")
            let sent = simulator.counters()
            let two = try await run("--budget", "0.07")
            #expect(two.output == "1\n1\nbudget_exceeded\nbudget_exceeded\n", "\(two.errors)")
            #expect(simulator.counters()[.submit] == sent[.submit] + 2)
            #expect(simulator.counters()[.run] == sent[.run])
            let day = try await run("--budget-per-day", "9")
            #expect(day.output == "1\n1\nbudget_exceeded\nbudget_exceeded\n", "\(day.errors)")
        }
        let stats = try await FalhostProcess.run("stats", "--root", project.path, "--simulated", "--json")
        #expect(try JSONValue(parsing: Array(stats.output.utf8))["total"]?["completed"] == 6)
    }

    @Test func `A day's budget needs a ledger`() async throws {
        let folder = try TemporaryFolder()
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                ["--budget-per-day", "9", "-e", "require 'fal'.submit('fal-ai/flux-lora', { prompt = 'x' })"],
                environment: simulator.environment(), folder: folder.url)
            #expect(run.status != 0)
            #expect(run.errors.contains("a budget for a day needs a ledger"), "\(run.errors)")
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `A broken price file stops before anything is sent`() async throws {
        let project = try TemporaryFolder.project()
        let file = try project.file(".falhost/prices.json", #"{"prices": [{"endpoint_id": "a/b"}]}"#)
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "generate", "--root", project.path, "--avatar", "a", "x", environment: simulator.environment())
            #expect(run.status == 78)
            #expect(run.errors.contains("\(file.path): prices[0]: unit"), "\(run.errors)")
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `Test mode costs nothing and quiet says nothing`() async throws {
        let project = try TemporaryFolder.project()
        let test = try await FalhostProcess.run(
            "--root", project.path, "--budget", "0", "-e", Self.one, "portrait",
            environment: ["AVATAR_TEST_MODE": "true"])
        #expect(test.status == 0, "\(test.errors)")
        #expect(!test.errors.contains("spent"))
        let quiet = try await FalhostProcess.run(
            "--root", project.path, "--simulate", "--quiet", "--budget", "1", "-e", Self.one, "portrait")
        #expect(quiet.errors.isEmpty, "\(quiet.errors)")
    }

    @Test(arguments: [["--budget", "five"], ["--budget", "-1"], ["--assume-price", ""]])
    func `What is no amount is a usage error`(options: [String]) async throws {
        let run = try await FalhostProcess.run(options + ["-e", "print(1)"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test func `A variable that is no amount is a wrong setting`() async throws {
        let run = try await FalhostProcess.run("-e", "print(1)", environment: ["FALHOST_BUDGET": "much"])
        #expect(run.status == 78)
        #expect(run.errors == "falhost: FALHOST_BUDGET: 'much' is not an amount of dollars, such as 5.00\n")
    }

    @Test func `explain shows the estimate and where it comes from`() async throws {
        let project = try TemporaryFolder.project()
        let avatars = try project.file(
            "avatars.json",
            """
            [{"id": "anna", "name": "A", "training_type": "portrait", "status": "completed",
              "diffusers_lora_file_url": "https://v3.fal.media/l.safetensors", "trigger_phrase": "TOK"}]
            """)
        _ = try await FalhostProcess.run("avatars", "import", "--root", project.path, avatars.path)
        let text = try await FalhostProcess.run(
            "explain", "--root", project.path, "--avatar", "anna", "--set", "num_images=2", "by the sea")
        #expect(
            text.output.contains(
                "\ncost      $0.14  (4 megapixels at $0.035: fal.ai/models/fal-ai/flux-lora, 2026-06)\n"),
            "\(text.output)\(text.errors)")
        let json = try await FalhostProcess.run("explain", "--root", project.path, "--avatar", "anna", "--json", "x")
        #expect(try JSONValue(parsing: Array(json.output.utf8))["cost"]?["estimate"] == 0.07)
    }
}
