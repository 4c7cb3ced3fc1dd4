import Foundation
import JSON
import Simulator
import Testing

/// `scripts/policy.lua`, as runs obey it: the simulator counts what was really sent.
@Suite(.timeLimit(.minutes(5)))
struct PolicyTests {
    private let project: TemporaryFolder

    init() async throws {
        project = try TemporaryFolder.project()
        let imported = try await FalhostProcess.run(
            "avatars", "import", "--root", project.path, project.path + "/scripts/lib/demo_avatars.json")
        try #require(imported.status == 0, "\(imported.errors)")
    }

    private func policy(_ text: String) throws { try project.file("scripts/policy.lua", text) }

    private func generate(
        _ simulator: Simulator, _ options: String..., avatar: String = "demo-anna"
    ) async throws -> FalhostProcess {
        try await FalhostProcess.run(
            ["generate", "--root", project.path, "--avatar", avatar] + options + ["by the sea"],
            environment: simulator.environment())
    }

    /// Each picture costs $0.035; prints how many were made and refused.
    private static let batch = """
        local fal = require "fal"
        local prompts = {}
        for i = 1, tonumber((...)) do prompts[i] = "picture " .. i end
        local urls, results = fal.generate_multiple_images("demo-anna", prompts, { image_size = "square" },
          { concurrency = tonumber((select(2, ...))) })
        local made, codes = 0, {}
        for i, url in ipairs(urls) do
          if url then made = made + 1 else codes[results[i].code] = (codes[results[i].code] or 0) + 1 end
        end
        print(made, codes.budget_exceeded or 0)
        """

    @Test func `A limit of the policy is never passed under concurrency 64`() async throws {
        try policy(
            """
            return function(job, spent)
              if spent.run + job.estimate > 0.705 then return false, "enough for " .. job.script end
              return true
            end
            """)
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "--root", project.path, "-e", Self.batch, "120", "64", environment: simulator.environment())
            #expect(run.output == "20\t100\n", "\(run.errors.suffix(500))")
            #expect(simulator.counters()[.submit] == 20)
        }
    }

    @Test func `The run's budget and the policy hold together, and the day's over two processes`() async throws {
        try policy("return function(job, spent) return spent.jobs_run < 30 or false end")
        try await withSimulator { simulator in
            let arguments = ["--root", project.path, "--budget-per-day", "1.40", "-e", Self.batch, "64", "64"]
            let runs = try (0..<2).map { _ in try RunningFalhost(arguments, environment: simulator.environment()) }
            var made: [Int] = []
            for run in runs {
                let ending = try await run.ending()
                made.append(Int(ending.output.split(separator: "\t").first ?? "") ?? 0)
                #expect(ending.status == 0, "\(ending.errors.suffix(500))")
            }
            #expect(made.reduce(0, +) == 40 && made.allSatisfy { $0 <= 30 }, "\(made)")
            #expect(simulator.counters()[.submit] == 40)
        }
    }

    @Test func `The day's sums are those of all runs`() async throws {
        try await withSimulator { simulator in
            for _ in 0..<2 { #expect(try await generate(simulator, "--preset", "fast").status == 0) }
            try policy(
                """
                return function(job, spent)
                  return false, ("%.3f %.3f %d %d"):format(spent.run, spent.day, spent.jobs_run, spent.jobs_day)
                end
                """)
            let refused = try await generate(simulator, "--preset", "fast")
            #expect(refused.status == 4)
            #expect(refused.errors.contains("the policy refuses this job: 0.000 0.070 0 2"), "\(refused.errors)")
        }
    }

    @Test func `A cheaper preset is planned anew with the call's overrides`() async throws {
        try policy(
            """
            return function(job)
              assert(job.config.preset == job.preset and job.pictures == 2 and job.avatar.name == "Anna")
              return job.estimate <= 0.07 or { preset = "fast" }
            end
            """)
        try await withSimulator { simulator in
            let run = try await generate(
                simulator, "--preset", "portrait", "--set", "num_images=2", "--set", "seed=7", "--json")
            #expect(run.status == 0, "\(run.errors)")
            let cheap = try JSONValue(parsing: Array(run.output.utf8))["arguments"]
            #expect(cheap?["num_inference_steps"] == 35 && cheap?["seed"] == 7, "\(run.output)")
            let dear = try await generate(
                simulator, "--preset", "quality", "--set", "num_images=2", "--set", "seed=7", "--json")
            #expect(dear.status == 0, "\(dear.errors)")
            let result = try JSONValue(parsing: Array(dear.output.utf8))
            #expect(result["arguments"]?["num_inference_steps"] == 20 && result["arguments"]?["seed"] == 7)
            #expect(result["arguments"]?["num_images"] == 2 && result["arguments"]?["image_size"] == "square")
            #expect(dear.errors.contains("The policy chose the preset fast instead of quality for avatar demo-anna"))
            let jobs = try await FalhostProcess.run("jobs", "list", "--root", project.path)
            #expect(jobs.output.split(separator: "\n").first?.contains("\tfast\t") == true)
            let explained = try await FalhostProcess.run(
                "explain", "--root", project.path, "--avatar", "demo-anna", "--preset", "quality", "--set",
                "num_images=2",
                "x")
            #expect(explained.output.contains("preset    fast  (policy)\n"), "\(explained.output)")
            #expect(explained.output.contains("policy    chose this preset instead of quality"))
        }
    }

    @Test func `explain shows the verdict`() async throws {
        func explained() async throws -> JSONValue {
            let run = try await FalhostProcess.run(
                "explain", "--root", project.path, "--avatar", "demo-anna", "--json", "x")
            #expect(run.status == 0, "\(run.errors)")
            return try JSONValue(parsing: Array(run.output.utf8))
        }
        #expect(try await explained()["policy"] == nil)
        try policy("return function() return 'allow' end")
        #expect(try await explained()["policy"] == ["verdict": "allowed"])
        try policy("return function() return false, 'not on Sundays' end")
        #expect(try await explained()["policy"] == ["verdict": "refused", "reason": "not on Sundays"])
    }

    /// Policies that cannot decide, and what is said of them.
    static let faults = [
        ("return function(job)\n  return job.nothing.more\nend", "scripts/policy.lua:2: attempt to index a nil value"),
        ("return function() end", "scripts/policy.lua returned nothing (it begins at scripts/policy.lua:1)"),
        ("return function() return 1 end", "returned a number"),
        ("return function() return { presets = 'fast' } end", "{ preset = name }"),
        (
            "return function() return { preset = 'fats' } end",
            "it chose the preset 'fats': unknown preset fats; did you mean"
        ),
        ("return function(job) return { preset = job.preset } end", "'balanced': the job has that one"),
        (
            "return function(job) return { preset = job.preset == 'fast' and 'quality' or 'fast' } end",
            "a job's preset may be changed 3 times"
        ),
        ("return function() while true do end end", "scripts/policy.lua"),
        ("return function() pcall(function() while true do end end) return true end", "scripts/policy.lua"),
        ("return function() local t = {} for i = 1, 1e9 do t[i] = i end end", "scripts/policy.lua"),
        ("return function() return io.open('x') ~= nil end", "scripts/policy.lua:1: "),
        ("return function() return false, {} end", "returned false and a table; the reason is a string"),
        ("return {}", "scripts/policy.lua returns a table, a function(job, spent) is expected"),
        ("return function( return true end", "scripts/policy.lua:1: "),
        ("", "scripts/policy.lua returns nothing"),
    ]

    @Test(arguments: faults)
    func `A broken policy lets nothing through`(text: String, message: String) async throws {
        try policy(text)
        try await withSimulator { simulator in
            let run = try await generate(simulator)
            #expect(run.status == 65, "\(run.errors)")
            #expect(run.errors.contains("the policy failed, so nothing is sent: "), "\(run.errors)")
            #expect(run.errors.contains(message), "\(run.errors)")
            #expect(simulator.counters().total == 0)
        }
    }

    /// `fal.submit`, `fal.subscribe`, `fal.run` and `fal.stream` in turn; prints the code that each raises.
    private static let queue = """
        local fal = require "fal"
        for _, name in ipairs { "submit", "subscribe", "run", "stream" } do
          local ok, err = pcall(fal[name], "fal-ai/flux-lora", { prompt = "a lighthouse" })
          print(name, ok or err.code, ok or err.endpoint)
        end
        """

    @Test func `Jobs that a script sends itself are asked about too`() async throws {
        try policy(
            """
            return function(job, spent)
              assert(not job.avatar and not job.preset and not job.config and job.prompt == "a lighthouse")
              return false, "no"
            end
            """)
        try await withSimulator { simulator in
            func run() async throws -> FalhostProcess {
                try await FalhostProcess.run(
                    "--root", project.path, "-e", Self.queue, environment: simulator.environment())
            }
            let refused = "\tbudget_exceeded\tfal-ai/flux-lora\n"
            #expect(try await run().output == "submit\(refused)subscribe\(refused)run\(refused)stream\(refused)")
            try policy("return function() return { preset = 'fast' } end")
            #expect(try await run().output.hasPrefix("submit\trule_failed\t"))
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `A policy is asked before the budget, and test mode asks nobody`() async throws {
        try policy("return function() return false, 'the policy' end")
        try await withSimulator { simulator in
            let run = try await generate(simulator, "--budget", "0")
            #expect(run.status == 4 && run.errors.contains("the policy refuses this job: the policy"), "\(run.errors)")
        }
        let test = try await FalhostProcess.run(
            "generate", "--root", project.path, "--avatar", "demo-anna", "x", environment: ["AVATAR_TEST_MODE": "true"])
        #expect(test.status == 0, "\(test.errors)")
    }

    @Test func `A change is taken up between two jobs, and a policy that became broken lets nothing through`()
        async throws
    {
        // The script itself waits until each version is in force: it asks until the outcome is another one.
        let script = """
            local fal, task = require "fal", require "task"
            local function outcome()
              local url, err = fal.safe_generate_image("demo-anna", "x", { preset = "fast" })
              return url and "made" or err.code
            end
            local path = ...
            local function becomes(text, wanted)
              if text then local f = assert(io.open(path, "w")) f:write(text) f:close() else os.remove(path) end
              local now
              repeat task.sleep(0.05) now = outcome() until now == wanted
              print(now)
            end
            print(outcome())
            becomes("return function() return false, 'no' end", "budget_exceeded")
            becomes("return function() return = end", "rule_failed")
            becomes("return function() return true end", "made")
            becomes("return function() return false end", "budget_exceeded")
            becomes(nil, "made")
            """
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "--root", project.path, "-e", script, project.path + "/scripts/policy.lua",
                environment: simulator.environment())
            #expect(run.output == "made\nbudget_exceeded\nrule_failed\nmade\nbudget_exceeded\nmade\n", "\(run.errors)")
            #expect(run.errors.contains("No longer used, the file is gone: scripts/policy.lua"))
        }
    }
}
