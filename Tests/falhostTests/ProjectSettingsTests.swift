import Foundation
import JSON
import Simulator
import Testing

/// `falhost.lua` at the root of a project, as runs follow it.
@Suite(.timeLimit(.minutes(3)))
struct ProjectSettingsTests {
    private let project: TemporaryFolder

    init() async throws {
        project = try TemporaryFolder.project()
        let imported = try await FalhostProcess.run(
            "avatars", "import", "--root", project.path, project.path + "/scripts/lib/demo_avatars.json")
        try #require(imported.status == 0, "\(imported.errors)")
    }

    private func explanation(_ avatar: String, _ options: String...) async throws -> JSONValue {
        let run = try await FalhostProcess.run(
            ["explain", "--root", project.path, "--avatar", avatar, "--json"] + options + ["by the sea"])
        #expect(run.status == 0, "\(run.errors)")
        return try JSONValue(parsing: Array(run.output.utf8))
    }

    @Test func `The default preset and the endpoints are the project's, and explain says where they are`() async throws
    {
        #expect(try await explanation("demo-noir")["preset_origin"] == "default")
        try project.file(
            "falhost.lua",
            """
            -- preset and endpoints
            return {
              preset = "fast",
              endpoints = {
                ["fal-ai/flux-pro"] = "fal-ai/flux-pro/finetuned", -- the style route
                portrait = "acme/flux-lora",
              },
            }
            """)
        let style = try await explanation("demo-noir")
        #expect(style["preset"] == "fast" && style["preset_origin"] == "falhost.lua:3")
        #expect(style["endpoint"] == "fal-ai/flux-pro/finetuned" && style["endpoint_origin"] == "falhost.lua:5")
        #expect(try await explanation("demo-anna")["endpoint_origin"] == "falhost.lua:6")
        // A call goes before the project.
        let call = try await explanation("demo-noir", "--preset", "ultra", "--set", "endpoint=fal-ai/flux-pro")
        #expect(call["preset_origin"] == "call" && call["endpoint"] == "fal-ai/flux-pro")
        let text = try await FalhostProcess.run("explain", "--root", project.path, "--avatar", "demo-anna", "x")
        #expect(text.output.contains("preset    fast  (falhost.lua:3)\n"), "\(text.output)")
    }

    @Test(arguments: [
        ("budget = 0.03", "run"), ("budget = { per_run = 0.03 }", "run"), ("budget = { per_day = 0.03 }", "day"),
    ])
    func `Its budget holds until a variable or a flag says otherwise`(setting: String, period: String) async throws {
        try project.file("falhost.lua", "return { preset = 'fast', \(setting) }")
        try await withSimulator { simulator in
            func run(_ environment: [String: String], _ options: String...) async throws -> FalhostProcess {
                try await FalhostProcess.run(
                    ["generate", "--root", project.path, "--avatar", "demo-anna"] + options + ["by the sea"],
                    environment: simulator.environment().merging(environment) { $1 })
            }
            let refused = try await run([:])
            #expect(refused.status == 4)
            #expect(
                refused.errors.contains("the budget of $0.03 for this \(period) does not allow another $0.035"),
                "\(refused.errors)")
            #expect(simulator.counters().total == 0)
            let name = period == "run" ? "FALHOST_BUDGET" : "FALHOST_BUDGET_PER_DAY"
            #expect(try await run([name: "0.035"]).status == 0)
            #expect(try await run([name: "0.01"], period == "run" ? "--budget" : "--budget-per-day", "9").status == 0)
        }
    }

    @Test func `An assumed price, the picture folder and the width of batches are the project's`() async throws {
        try project.file(
            "falhost.lua",
            """
            local pictures = "pictures"
            return { budget = { per_run = 1, assume_price = 0.05 }, out = pictures .. "/new", concurrency = 3 }
            """)
        try await withSimulator { simulator in
            let one = try await FalhostProcess.run(
                "generate", "--root", project.path, "--avatar", "demo-noir", "x", environment: simulator.environment())
            #expect(one.status == 0, "\(one.errors)")
            #expect(one.output.contains("/pictures/new/"), "\(one.output)")
            #expect(one.errors.contains("which may cost another $0.05"), "\(one.errors)")
        }
        try await withSimulator(faults: ["job:endless:times=6"]) { simulator in
            let script = """
                local prompts = { "1", "2", "3", "4", "5", "6" }
                require("fal").generate_multiple_images("demo-noir", prompts)
                """
            let batch = try RunningFalhost(
                ["--root", project.path, "-e", script], environment: simulator.environment())
            try await batch.wait { simulator.counters()[.stream] == 3 }
            batch.signal(SIGKILL)
            _ = try await batch.ending()
            #expect(simulator.counters()[.submit] == 3)
        }
    }

    /// The settings, and what is said of them.
    static let faults = [
        ("return {\n  bugdet = 5\n}", "falhost.lua:2: unknown key bugdet; did you mean budget?"),
        (
            "return {\n  budget = {\n    per_run = 'much' } }",
            "falhost.lua:3: budget.per_run: a number of dollars from 0 to 1000000000 is expected, not 'much'"
        ),
        ("return { budget = { per_week = 1 } }", "falhost.lua:1: unknown key budget.per_week; known: per_run, per_day"),
        ("return { budget = -1 }", "falhost.lua:1: budget: a number of dollars"),
        ("return { budget = 'x' }", "falhost.lua:1: budget: a number of dollars or a table with named values"),
        (
            "return { endpoints = { ['fal-ai/flux-po'] = 'a/b' } }",
            "unknown key endpoints.fal-ai/flux-po; did you mean fal-ai/flux-pro?"
        ),
        ("return { endpoints = { style = 'flux' } }", "endpoints.style: 'flux' is no endpoint id"),
        ("return { endpoints = { style = 'a/b', ['fal-ai/flux-pro'] = 'a/c' } }", "the route style is there twice"),
        ("return { concurrency = 2.5 }", "concurrency: a whole number from 1 to 1000000 is expected, not 2.5"),
        ("return { pacing = { burst = 0 } }", "pacing.burst: a whole number"),
        ("return {\n  names = '{avatr}.{ext}' }", "falhost.lua:2: names: "),
        ("return { names = 7 }", "names: a string that is not empty is expected, not 7"),
        ("return { preset = string.rep }", "preset: a function has no JSON form"),
        (
            "return { reload = { test_first = 1 } }",
            "falhost.lua:1: reload.test_first: true or false is expected, not 1"
        ),
        ("return 5", "falhost.lua: it returns a number, a table of settings is expected"),
        ("return { 'fast' }", "falhost.lua: it returns a list"),
        ("", "falhost.lua: it returns nothing"),
        ("return {\n  preset = = 'fast' }", "falhost.lua:2: "),
        ("return { out = os.getenv('HOME') }", "falhost.lua:1: "),
        ("while true do end", "falhost.lua"),
        ("\u{1B}Lua", "falhost.lua"),
    ]

    @Test(arguments: faults)
    func `What cannot be used stops before anything is sent`(text: String, message: String) async throws {
        try project.file("falhost.lua", text)
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "generate", "--root", project.path, "--avatar", "demo-anna", "x", environment: simulator.environment())
            #expect(run.status == 78, "\(run.errors)")
            #expect(run.errors.contains("falhost: ") && run.errors.contains(message), "\(run.errors)")
            #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
            #expect(simulator.counters().total == 0)
        }
    }

    @Test func `A script that needs nothing of it does not read it`() async throws {
        try project.file("falhost.lua", "this is no Lua")
        let run = try await FalhostProcess.run("--root", project.path, "-e", "print(require('json').encode({}))")
        #expect(run.status == 0 && run.output == "{}\n", "\(run.errors)")
    }

    @Test func `What init writes can be used as it is, and with every setting switched on`() async throws {
        let new = try await FalhostProcess.run("init", project.path + "/new")
        #expect(new.status == 0, "\(new.errors)")
        let path = project.path + "/new/falhost.lua"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        func summary() async throws -> JSONValue {
            let script = "print(require('json').encode(require('fal').get_config_summary()))"
            let run = try await FalhostProcess.run("--root", project.path + "/new", "-e", script)
            #expect(run.status == 0, "\(run.errors)")
            return try JSONValue(parsing: Array(run.output.utf8))
        }
        #expect(try await summary()["endpoints"]?["style"] == "fal-ai/flux-pro")
        let settings = text.replacing(/\n  -- ([a-z]+ = [^\n]*,)\n/) { "\n  \($0.1)\n" }
        #expect(settings.split(separator: "\n").filter { $0.hasPrefix("  ") && !$0.hasPrefix("  --") }.count == 8)
        try project.file("new/falhost.lua", settings)
        #expect(try await summary()["endpoints"]?["style"] == "fal-ai/flux-pro/finetuned")
    }
}
