import Foundation
import Simulator
import Testing

/// The reference, the types and the functions themselves say the same.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ReferenceTests {
    private static let page = Result {
        try String(contentsOf: FalhostProcess.repository.appendingPathComponent("scripts/README.md"), encoding: .utf8)
    }

    @Test func thePageIsWhatIsGenerated() async throws {
        let run = try await FalhostProcess.run("types", "--reference")
        #expect(run.status == 0, "\(run.errors)")
        #expect(try run.output == Self.page.get(), "scripts/README.md is out of date: run `make reference`")
    }

    /// Names of functions in `text`: "fal.run", "handle:status".
    private func declared() async throws -> Set<String> {
        let text = try await FalhostProcess.run("types", "--print").output
        return Set(text.matches(of: /\nfunction ([a-z_.:]+)\(/).map { String($0.1) })
    }

    /// Everything that a script can reach through the modules, and through the objects that they give.
    private func reachable() async throws -> Set<String> {
        let script = """
            local modules = { "fal", "avatars", "task", "http", "fs", "json", "log" }
            local fal, task = require "fal", require "task"
            local objects = { handle = fal.handle("a/b", "id"), task = task.spawn(function() end) }
            objects.response = require "http".get(objects.handle.status_url)
            objects.semaphore, objects.channel = task.semaphore(), task.channel()
            task.scope(function(scope) objects.scope = scope end)
            for _, name in ipairs(modules) do
              for field, value in pairs(require(name)) do
                if type(value) == "function" then print(name .. "." .. field) end
                if type(value) == "table" then
                  for inner in pairs(value) do print(name .. "." .. field .. "." .. inner) end
                end
              end
            end
            for name, object in pairs(objects) do
              for field, value in pairs(debug.getmetatable(object).__index) do
                if type(value) == "function" and not field:find "^__" then print(name .. ":" .. field) end
              end
            end
            """
        let run = try await FalhostProcess.run("--simulate", "-e", script)
        #expect(run.status == 0, "\(run.errors)")
        return Set(run.output.split(separator: "\n").map(String.init))
    }

    @Test func whatCanBeReachedIsDeclaredAndTheOtherWayRound() async throws {
        let reachable = try await reachable()
        // Presets, rules and tests have globals; all that a script has is in a module.
        let declared = try await declared().filter { name in
            !name.hasPrefix("text.") && !name.hasPrefix("expectation.") && name.contains { ".:".contains($0) }
        }
        #expect(reachable.count > 25)
        #expect(reachable.subtracting(declared).sorted() == [], "reachable without a declaration")
        #expect(declared.subtracting(reachable).sorted() == [], "declared and not there")
    }

    /// The same for rules, which have a global.
    @Test func theGlobalOfRulesIsDeclared() async throws {
        let project = try TemporaryFolder.project()
        try project.file(
            "scripts/rules/05_names.lua",
            """
            local names = {}
            for name in pairs(text) do names[#names + 1] = "text." .. name end
            table.sort(names)
            return function() return table.concat(names, " ") end
            """)
        let declared = try await declared().filter { $0.hasPrefix("text.") }.sorted().joined(separator: " ")
        let run = try await FalhostProcess.run(
            "--simulate", "--root", project.path, "-e",
            "require('demo').avatars() print(require('fal').explain('demo-anna', 'x').prompt.rules[1].prompt)")
        #expect(run.output == declared + "\n", "\(run.errors)")
    }

    @Test func everyCodeIsExplainedAndEveryCodeIsKnown() throws {
        let page = try Self.page.get()
        let errors = try #require(page.components(separatedBy: "\n## Errors\n").dropFirst().first)
        let known = Set(errors.matches(of: /\n\| `([a-z_]+)` \|/).map { String($0.1) })
        let raised = Set(
            page.split(separator: "\n").filter { $0.hasPrefix("Raises ") }
                .flatMap { $0.matches(of: /`([a-z_]+)`/).map { String($0.1) } })
        #expect(known.count > 20)
        #expect(raised.subtracting(known).sorted() == [])
    }

    @Test func everyLinkLeadsToAHeading() throws {
        let page = try Self.page.get()
        let anchors = Set(
            page.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
                line.drop { $0 == "#" || $0 == " " }.lowercased().filter {
                    $0.isLetter || $0.isNumber || "_-".contains($0)
                }
            })
        let links = page.matches(of: /\]\(#([^)]+)\)/).map { String($0.1) }
        #expect(links.count > 80)
        #expect(Set(links).subtracting(anchors).sorted() == [])
    }

    /// Each block of Lua on the page, with the section that it stands in.
    private static func examples() throws -> [(section: String, code: String)] {
        var section = ""
        var examples: [(section: String, code: String)] = []
        var code: [String]?
        for line in try page.get().components(separatedBy: "\n") {
            if line == "```lua" {
                code = []
            } else if line == "```", let block = code {
                examples.append((section, block.joined(separator: "\n")))
                code = nil
            } else if code != nil {
                code?.append(line)
            } else if line.hasPrefix("##") {
                section = String(line.drop { $0 == "#" || $0 == " " })
            }
        }
        return examples
    }

    private static let preamble = """
        local fal, avatars, task = require "fal", require "avatars", require "task"
        local http, fs, json, log = require "http", require "fs", require "json", require "log"
        local url = os.getenv "FALHOST_BASE_URL"
        avatars.save { id = "anna", name = "Anna", training_type = "portrait", status = "completed",
          diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
        local anna = avatars.get "anna"
        -- A path that stays open would keep its example going.
        local receive = http.receive
        http.receive = function(...) receive(...):cancel() end
        """

    @Test func everyExampleRuns() async throws {
        let project = try TemporaryFolder.project()
        let examples = try Self.examples()
        #expect(examples.count > 30)
        try await withSimulator { simulator in
            for (section, code) in examples where !section.hasPrefix("text.") {
                let script = try project.file("scripts/example.lua", "\(Self.preamble)\ndo\n\(code)\nend\n")
                let arguments = section.hasPrefix("http.receive") ? ["serve", "--webhook-port", "0"] : []
                let run = try await FalhostProcess.run(
                    arguments + [script.path], environment: simulator.environment(), folder: project.url)
                #expect(run.status == 0, "\(section): \(run.errors)")
            }
        }
    }

    @Test func theExamplesOfRulesRunInOne() async throws {
        let examples = try Self.examples().filter { $0.section.hasPrefix("text.") }
        #expect(examples.count >= 2)
        let project = try TemporaryFolder.project()
        for (section, code) in examples {
            try project.file("scripts/rules/05_example.lua", "return function(prompt)\n\(code)\nreturn prompt\nend\n")
            let run = try await FalhostProcess.run(
                "--simulate", "--root", project.path, "-e",
                "require('demo').avatars() require('fal').explain('demo-anna', 'x')")
            #expect(run.status == 0, "\(section): \(run.errors)")
        }
    }
}
