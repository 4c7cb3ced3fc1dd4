import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExplainCommandTests {
    @Test func `Values have the line of their file, and rules show what they change`() async throws {
        let project = try await Self.project()
        try project.file("presets/mine.lua", "return {\n  extends = \"ultra\",\n  guidance_scale = 2,\n}\n")
        try project.file("scripts/rules/30_shout.lua", "return function(p) return (p:gsub('sea', 'ocean')) end\n")
        let run = try await Self.explain(project, "--preset", "mine", "by the sea")
        #expect(run.status == 0, "\(run.errors)")
        for line in [
            "  guidance_scale       2  (preset mine (presets/mine.lua:3))\n",
            "  num_inference_steps  35  (preset mine (presets/ultra.lua:4))\n",
            "(avatar, lora_scale of preset mine (presets/ultra.lua:7))\n",
            "  scripts/rules/10_rewrite.lua: no change\n",
            "  scripts/rules/20_trigger.lua: {+TOK woman, +}by the sea\n",
            "  scripts/rules/30_shout.lua: TOK woman, by the [-sea-]{+ocean+}\n",
            "\ntime      unknown: no earlier job with this preset at this endpoint",
        ] { #expect(run.output.contains(line), "\(line): \(run.output)") }
        #expect(!run.output.contains("\u{1B}"))
        let json = try await Self.json(Self.explain(project, "--preset", "mine", "--json", "by the sea"))
        #expect(json["places"]?["guidance_scale"] == ["file": "presets/mine.lua", "line": 3])
        #expect(json["prompt"]?["rules"]?.arrayValue?[2]["changes"] == [["removed": "sea"], ["added": "ocean"]])
        #expect(json["dropped"]?.arrayValue?[0]["place"] == ["file": "presets/ultra.lua", "line": 8])
        #expect(json["expected_time"] == ["p50": .null, "p95": .null, "jobs": 0, "simulated": false])
    }

    @Test func `The expected time comes from the ledger, real and simulated jobs apart`() async throws {
        let project = try await Self.project()
        for prompt in ["one", "two"] {
            let run = try await FalhostProcess.run(
                "generate", "--simulate", "--root", project.path, "--avatar", "demo-anna", prompt)
            #expect(run.status == 0, "\(run.errors)")
        }
        let simulated = try await Self.json(Self.explain(project, "--simulate", "--json", "x"))
        #expect(simulated["expected_time"]?["jobs"] == 2)
        #expect((simulated["expected_time"]?["p95"]?.numberValue ?? -1) >= 0)
        #expect(try await Self.explain(project, "--simulate", "x").output.contains("(p95) of 2 earlier simulated jobs"))
        #expect(try await Self.json(Self.explain(project, "--json", "x"))["expected_time"]?["jobs"] == 0)
        let other = try await Self.json(Self.explain(project, "--simulate", "--preset", "fast", "--json", "x"))
        #expect(other["expected_time"]?["jobs"] == 0)
    }

    @Test func `With the cache it says whether kept pictures would answer`() async throws {
        let project = try await Self.project()
        func cache() async throws -> JSONValue? {
            try await Self.json(Self.explain(project, "--simulate", "--set", "cache=true", "--json", "x"))["cache"]
        }
        #expect(try await cache() == ["hit": false])
        let run = try await FalhostProcess.run(
            "generate", "--simulate", "--root", project.path, "--avatar", "demo-anna", "--set", "cache=true", "x")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try await cache()?["hit"] == true)
        #expect(try await Self.json(Self.explain(project, "--json", "x"))["cache"] == nil)
    }

    @Test(
        arguments: [
            (["--avatar", "demo-ana"], "  --avatar demo-anna | demo-noir"),
            (["--avatar", "demo-anna", "--preset", "fats"], "  --preset fast | "),
            (
                ["--avatar", "demo-anna", "--set", "guidance_scale=99"],
                "  --set guidance_scale=35  (a number from 0 to 35)"
            ),
            (["--avatar", "demo-anna", "--set", "sed=3"], "  --set seed=… in place of --set sed=…"),
            (["--avatar", "demo-anna", "--set", "endpoint=fal-ai/flux-pro"], "  --set endpoint=fal-ai/flux-lora"),
        ])
    func `What is refused comes with what would be accepted`(options: [String], line: String) async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run(["explain", "--root", project.path] + options + ["x"])
        #expect(run.status == 65 && run.output.isEmpty, "\(run.output)")
        let lines = run.errors.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("falhost: ") == true)
        #expect(lines.contains { $0.hasPrefix(line) }, "\(run.errors)")
        let document = try await Self.json(
            FalhostProcess.run(["explain", "--json", "--root", project.path] + options + ["x"]))
        #expect(document["error"]?["code"]?.stringValue != nil && document["alternatives"]?["mends"] != nil)
    }

    @Test func `A wrong key in a preset is named with its line`() async throws {
        let project = try await Self.project()
        try project.file("presets/mine.lua", "return {\n  num_images = 1,\n  sed = 3,\n}\n")
        let run = try await Self.explain(project, "--preset", "mine", "x")
        #expect(run.status == 65)
        #expect(run.errors.contains("sed (presets/mine.lua:3): unknown key, did you mean seed?"), "\(run.errors)")
        #expect(run.errors.contains("\n  in presets/mine.lua:3: seed in place of sed\n"), "\(run.errors)")
    }

    @Test func `it speaks Russian where the locale does, and JSON never`() async throws {
        let project = try await Self.project()
        let arguments = ["explain", "--root", project.path, "--avatar", "demo-anna"]
        let russian = ["FALHOST_LANG": "ru"]
        let run = try await FalhostProcess.run(arguments + ["--preset", "fast", "by the sea"], environment: russian)
        #expect(run.output.hasPrefix("модель    fal-ai/flux-lora  (route portrait)\nпресет    fast  (call)\n"))
        for line in [
            "\nпромпт    by the sea\n", ": без изменений\n", "\nаргументы\n", "умолчания модели\n", "\nотброшено\n",
            ": у fal-ai/flux-lora нет такого поля)\n", "\nцена      $0.035 ", "\nвремя     неизвестно: ",
        ] {
            #expect(run.output.contains(line), "\(line): \(run.output)")
        }
        let difference = try await FalhostProcess.run(
            arguments + ["--diff", "fast", "quality", "by the sea"], environment: russian)
        #expect(difference.output.hasSuffix("в обоих одинаково: endpoint, prompt\n"), "\(difference.output)")
        let json = try await FalhostProcess.run(arguments + ["--json", "by the sea"], environment: russian)
        #expect(json.status == 0 && !json.output.contains { ("а"..."я").contains($0) }, "\(json.output)")
    }

    @Test func `diff shows in what two presets differ`() async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run(
            "explain", "--root", project.path, "--diff", "fast", "quality", "--avatar", "demo-anna", "by the sea")
        #expect(run.status == 0, "\(run.errors)")
        let rows = """
            num_inference_steps
              fast     20  (preset fast (presets/fast.lua:4))
              quality  50  (preset quality (presets/quality.lua:4))

            """
        #expect(run.output.contains(rows), "\(run.output)")
        #expect(run.output.contains("\ncost\n  fast     $0.035  "), "\(run.output)")
        #expect(run.output.contains("\ntime\n  fast     unknown"), "\(run.output)")
        #expect(run.output.hasSuffix("the same in both: endpoint, prompt\n"), "\(run.output)")
        let json = try await Self.json(
            FalhostProcess.run(
                "explain", "--root", project.path, "--json", "--avatar", "demo-anna", "--diff", "fast", "quality", "x"))
        #expect(json["a"]?["cost"]?["estimate"] == 0.035)
        let steps = json["differences"]?.arrayValue?.first { $0["key"] == "num_inference_steps" }
        #expect(steps?["b"]?["place"] == ["file": "presets/quality.lua", "line": 4])
    }

    @Test(arguments: ["", "1"])
    func `A terminal shows what rules change in colours, where nobody asked for none`(noColor: String) async throws {
        let project = try await Self.project()
        let home = try TemporaryFolder()
        let falhost = try TerminalFalhost(
            ["explain", "--avatar", "demo-anna", "x"], environment: ["NO_COLOR": noColor], home: home,
            folder: project.url)
        let (status, output) = await falhost.ending()
        #expect(status == 0)
        let change = noColor.isEmpty ? "\u{1B}[32m{+TOK woman, +}\u{1B}[0mx" : "lua: {+TOK woman, +}x"
        #expect(output.contains(change), "\(output.debugDescription)")
    }

    @Test(
        arguments: [
            (["--diff", "fast", "x"], "--diff takes two presets and a prompt"),
            (["--diff", "fast", "quality", "--preset", "ultra", "x"], "leave --preset out"),
            (["one", "two"], "explain takes one prompt"),
        ])
    func `Wrong arguments are a usage error`(words: [String], message: String) async throws {
        let run = try await FalhostProcess.run(["explain", "--avatar", "a"] + words)
        #expect(run.status == 64 && run.output.isEmpty)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "avatars", "import", "--root", project.path, project.path + "/scripts/lib/demo_avatars.json")
        try #require(run.status == 0, "\(run.errors)")
        return project
    }

    private static func explain(_ project: TemporaryFolder, _ arguments: String...) async throws -> FalhostProcess {
        try await FalhostProcess.run(["explain", "--root", project.path, "--avatar", "demo-anna"] + arguments)
    }

    private static func json(_ run: FalhostProcess) throws -> JSONValue {
        try JSONValue(parsing: Array(run.output.utf8))
    }
}
