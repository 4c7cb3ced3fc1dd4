import Foundation
import Testing

/// Presets, rules and their modules that change while a script runs.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ReloadTests {
    /// What each script begins with: ways to write files, and pictures in test mode.
    private static let prelude = """
        local fal, task = require "fal", require "task"
        local avatar = {
          id = "a", name = "A", training_type = "portrait", status = "completed",
          diffusers_lora_file_url = "https://example.com/a.safetensors", trigger_phrase = "TOK",
        }
        local function write(path, text)
          local file <close> = assert(io.open(path, "w"))
          assert(file:write(text))
        end
        -- As `sed -i` does: a new file under another name, moved over the old one.
        local function replace(path, text)
          write(path .. ".new", text)
          assert(os.rename(path .. ".new", path))
        end
        -- As vim does: the old file becomes the backup, and a new one is written.
        local function back_up_and_write(path, text)
          assert(os.rename(path, path .. "~"))
          write(path, text)
          assert(os.remove(path .. "~"))
        end
        local function rule(word)
          return ("return function(prompt)\\n  return prompt .. ' %s'\\nend"):format(word)
        end
        local function prompt()
          return (select(2, fal.generate_avatar_image(avatar, "a TOK portrait"))).prompt
        end
        local function steps(preset)
          local _, result = fal.generate_avatar_image(avatar, "a TOK portrait", { preset = preset })
          return math.tointeger(result.arguments.num_inference_steps)
        end
        local function becomes(wanted, get, ...)
          local got
          for _ = 1, 3000 do
            got = get(...)
            if got == wanted then return print(wanted) end
            task.sleep(0.01)
          end
          error("it stays " .. tostring(got))
        end
        -- Long enough for files to be looked at several times.
        local function stays(wanted, get, ...)
          for _ = 1, 50 do
            assert(get(...) == wanted)
            task.sleep(0.01)
          end
          print("still " .. wanted)
        end
        local own = "scripts/rules/30_own.lua"
        """

    /// Runs a script in a project of its own: what it prints, and its standard error by lines.
    private func run(
        _ script: String, files: [String: String] = [:], language: String = "en",
        location: SourceLocation = #_sourceLocation
    ) async throws -> (output: [String], errors: [String]) {
        let project = try TemporaryFolder.project()
        // The tests that count are those of `files`.
        try FileManager.default.removeItem(atPath: project.path + "/scripts/tests/telegram_test.lua")
        for (name, text) in files { try project.file(name, text) }
        try project.file("scripts/t.lua", Self.prelude + "\n" + script)
        let run = try await FalhostProcess.run(
            ["scripts/t.lua"], environment: ["AVATAR_TEST_MODE": "true", "FALHOST_LANG": language],
            folder: project.url)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        return (
            run.output.split(separator: "\n").map(String.init),
            run.errors.split(separator: "\n").map(String.init).filter { !$0.contains("[FAL TEST MODE]") }
        )
    }

    private static let rule = ["scripts/rules/30_own.lua": "return function(prompt) return prompt .. ' one' end"]

    @Test(arguments: ["write", "replace", "back_up_and_write"])
    func anEditedRuleIsUsedByTheNextGeneration(edit: String) async throws {
        let (output, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            \(edit)(own, rule "two")
            becomes("a TOK portrait two", prompt)
            \(edit)(own, rule "six")  -- of the same size
            becomes("a TOK portrait six", prompt)
            """, files: Self.rule)
        #expect(output == ["a TOK portrait one", "a TOK portrait two", "a TOK portrait six"])
        let line = "[FAL AI] Reloaded scripts/rules/30_own.lua"
        #expect(errors == [line, line])
    }

    @Test(arguments: ["write", "replace", "back_up_and_write"])
    func anEditedPresetIsUsedByTheNextGeneration(edit: String) async throws {
        let (output, errors) = try await run(
            """
            becomes(28, steps)
            \(edit)("presets/balanced.lua", "return { num_inference_steps = 29 }")
            becomes(29, steps)
            print(fal.get_generation_config_presets().balanced.num_inference_steps)
            """)
        #expect(output == ["28", "29", "29"])
        #expect(errors == ["[FAL AI] Reloaded presets/balanced.lua"])
    }

    @Test func theTableOfPresetsAloneSeesAnEdit() async throws {
        let (output, _) = try await run(
            """
            local function listed() return fal.get_generation_config_presets().fast.num_inference_steps end
            becomes(20, listed)
            replace("presets/fast.lua", "return { num_inference_steps = 21 }")
            becomes(21, listed)
            """)
        #expect(output == ["20", "21"])
    }

    @Test func whatBuildsOnAnEditedPresetFollowsIt() async throws {
        let (output, errors) = try await run(
            """
            becomes(11, steps, "child")
            replace("presets/parent.lua", "return { num_inference_steps = 12 }")
            becomes(12, steps, "child")
            """,
            files: [
                "presets/parent.lua": "return { num_inference_steps = 11 }",
                "presets/child.lua": "return { extends = 'parent' }",
            ])
        #expect(output == ["11", "12"])
        #expect(errors == ["[FAL AI] Reloaded presets/parent.lua", "[FAL AI] Reloaded presets/child.lua"])
    }

    @Test(arguments: ["write", "replace", "back_up_and_write"])
    func anEditedModuleReachesTheRulesAndPresetsThatRequireIt(edit: String) async throws {
        let (output, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            becomes(7, steps, "own")
            \(edit)("scripts/lib/deep/words.lua", "return { word = 'two', steps = 8 }")
            becomes("a TOK portrait two", prompt)
            becomes(8, steps, "own")
            """,
            files: [
                "scripts/lib/words.lua": "return require 'deep.words'",
                "scripts/lib/deep/words.lua": "return { word = 'one', steps = 7 }",
                // Required when the function runs, not when the file is loaded.
                "scripts/rules/30_own.lua": "return function(p) return p .. ' ' .. require('words').word end",
                "presets/own.lua": "return { num_inference_steps = require('words').steps }",
            ])
        #expect(output == ["a TOK portrait one", "7", "a TOK portrait two", "8"])
        #expect(
            Set(errors) == ["[FAL AI] Reloaded scripts/rules/30_own.lua", "[FAL AI] Reloaded presets/own.lua"])
        #expect(errors.count == 2)
    }

    @Test func aHalfWrittenFileIsNotUsed() async throws {
        let (output, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            local text = rule "two"
            local file = assert(io.open(own, "w"))
            file:write(text:sub(1, 30)):flush()
            stays("a TOK portrait one", prompt)
            file:write(text:sub(31)):close()
            becomes("a TOK portrait two", prompt)
            """, files: Self.rule)
        #expect(output == ["a TOK portrait one", "still a TOK portrait one", "a TOK portrait two"])
        #expect(errors.count == 2, "\(errors)")
        #expect(errors.first?.hasPrefix("warning: scripts/rules/30_own.lua:2: ") == true, "\(errors)")
        #expect(errors.last == "[FAL AI] Well again and reloaded: scripts/rules/30_own.lua")
    }

    @Test func aBrokenRuleLeavesTheOldOneInUseAndIsReportedOnceForEachFault() async throws {
        let (output, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            write(own, "return function(prompt)\\n  return prompt ..\\nend")
            stays("a TOK portrait one", prompt)
            replace(own, "\\n\\nerror 'not today'")
            stays("a TOK portrait one", prompt)
            write(own, "return 5")
            stays("a TOK portrait one", prompt)
            replace(own, rule "two")
            becomes("a TOK portrait two", prompt)
            """, files: Self.rule)
        #expect(output.count == 5 && output.last == "a TOK portrait two")
        try #require(errors.count == 4, "\(errors)")
        #expect(errors[0].hasPrefix("warning: scripts/rules/30_own.lua:3: unexpected symbol near 'end'"))
        #expect(errors[0].hasSuffix("; the version before stays in use"))
        #expect(errors[1].hasPrefix("warning: scripts/rules/30_own.lua:3: not today"))
        #expect(errors[2].hasPrefix("warning: scripts/rules/30_own.lua returns a number, a function"))
        #expect(errors[3] == "[FAL AI] Well again and reloaded: scripts/rules/30_own.lua")
    }

    @Test func aBrokenPresetLeavesTheOldOneInUseAndIsReportedOnceForEachFault() async throws {
        let (output, errors) = try await run(
            """
            becomes(28, steps)
            write("presets/balanced.lua", "return {\\n  num_inference_steps = 3\\n  guidance_scale = 2\\n}")
            stays(28, steps)
            write("presets/balanced.lua", "return {\\n  seed = 1,\\n  num_inference_stps = 3,\\n}")
            stays(28, steps)
            write("presets/balanced.lua", "return {\\n  num_inference_steps = 'many',\\n}")
            stays(28, steps)
            write("presets/balanced.lua", "return {\\n  num_inference_steps = 30,\\n}")
            becomes(30, steps)
            """)
        #expect(output == ["28", "still 28", "still 28", "still 28", "30"])
        try #require(errors.count == 4, "\(errors)")
        #expect(errors[0].hasPrefix("warning: presets/balanced.lua:3: '}' expected"))
        #expect(errors[1].hasPrefix("warning: presets/balanced.lua:3: num_inference_stps"))
        #expect(errors[1].contains("did you mean num_inference_steps?"))
        #expect(errors[2].hasPrefix("warning: presets/balanced.lua:2: num_inference_steps"))
        #expect(errors[3] == "[FAL AI] Well again and reloaded: presets/balanced.lua")
    }

    @Test func aBrokenModuleLeavesTheRulesThatRequireItAsTheyWere() async throws {
        let (_, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            write("scripts/lib/words.lua", "return {\\n  word = 'two'\\n  x\\n}")
            stays("a TOK portrait one", prompt)
            os.remove "scripts/lib/words.lua"
            stays("a TOK portrait one", prompt)
            write("scripts/lib/words.lua", "return { word = 'two' }")
            becomes("a TOK portrait two", prompt)
            """,
            files: [
                "scripts/lib/words.lua": "return { word = 'one' }",
                "scripts/rules/30_own.lua":
                    "local w = require 'words'\nreturn function(p) return p .. ' ' .. w.word end",
            ])
        try #require(errors.count == 3, "\(errors)")
        #expect(errors[0].hasPrefix("warning: scripts/rules/30_own.lua:1: scripts/lib/words.lua:3: "))
        #expect(errors[1].hasPrefix("warning: scripts/rules/30_own.lua:1: module 'words' not found"))
        #expect(errors[2] == "[FAL AI] Well again and reloaded: scripts/rules/30_own.lua")
    }

    @Test func rulesComeAndGoWithTheirFiles() async throws {
        let (output, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            write("scripts/rules/40_more.lua", rule "more")
            becomes("a TOK portrait one more", prompt)
            os.remove(own)
            becomes("a TOK portrait more", prompt)
            write("scripts/rules/25_bad.lua", "return function(p) return p ..")
            stays("a TOK portrait more", prompt)
            write("scripts/rules/25_bad.lua", rule "less")
            becomes("a TOK portrait less more", prompt)
            """, files: Self.rule)
        #expect(output.last == "a TOK portrait less more")
        try #require(errors.count == 4, "\(errors)")
        #expect(errors[0] == "[FAL AI] Reloaded scripts/rules/40_more.lua")
        #expect(errors[1] == "[FAL AI] No longer used, the file is gone: scripts/rules/30_own.lua")
        #expect(errors[2].hasPrefix("warning: scripts/rules/25_bad.lua:1: "))
        #expect(errors[2].hasSuffix("; the file is not used"))
        #expect(errors[3] == "[FAL AI] Well again and reloaded: scripts/rules/25_bad.lua")
    }

    @Test func aProjectWithoutRulesGetsThemWhenTheFolderComes() async throws {
        let (output, _) = try await run(
            """
            os.rename("scripts/rules", "scripts/resting")
            becomes("a TOK portrait", prompt)
            os.rename("scripts/resting", "scripts/rules")
            becomes("a TOK portrait one", prompt)
            """, files: Self.rule)
        #expect(output == ["a TOK portrait", "a TOK portrait one"])
    }

    @Test func presetsComeAndGoWithTheirFiles() async throws {
        let (output, errors) = try await run(
            """
            local function outcome()
              local ok, result = pcall(steps, "own")
              return ok and result or result.code
            end
            becomes("unknown_preset", outcome)
            write("presets/own.lua", "return { num_inference_steps = 9 }")
            becomes(9, outcome)
            os.remove "presets/own.lua"
            becomes("unknown_preset", outcome)
            write("presets/own.lua", "return { num_inference_steps = }")
            becomes("invalid_config", outcome)
            """)
        #expect(output == ["unknown_preset", "9", "unknown_preset", "invalid_config"])
        #expect(errors == ["[FAL AI] No longer used, the file is gone: presets/own.lua"])
    }

    @Test func whatIsBrokenFromTheStartIsAnError() async throws {
        let (output, errors) = try await run(
            """
            local ok, e = pcall(prompt)
            print(ok, e.code)
            replace(own, rule "one")
            becomes("a TOK portrait one", prompt)
            """, files: ["scripts/rules/30_own.lua": "return 5"])
        #expect(output == ["false\trule_failed", "a TOK portrait one"])
        #expect(errors == [])
    }

    @Test func filesThatNobodyTouchesAreNotReloaded() async throws {
        let (_, errors) = try await run("stays('a TOK portrait one', prompt) stays(28, steps)", files: Self.rule)
        #expect(errors == [])
    }

    @Test func theReportsAreInTheReadersLanguage() async throws {
        let (_, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            write(own, "return function(p) return p ..")
            stays("a TOK portrait one", prompt)
            replace(own, rule "two")
            becomes("a TOK portrait two", prompt)
            """, files: Self.rule, language: "ru")
        try #require(errors.count == 2, "\(errors)")
        #expect(errors[0].hasSuffix("; остаётся прежняя версия"))
        #expect(errors[1] == "[FAL AI] Снова в порядке, загружен scripts/rules/30_own.lua")
    }

    // MARK: Tests first

    private static let testsFirst = rule.merging([
        "falhost.lua": "return { reload = { test_first = true } }",
        "scripts/tests/presets_test.lua": """
        it("balanced keeps to 30 steps", function()
          expect(preset "balanced").for_avatar(avatar).never.sends { num_inference_steps = 31 }
        end)
        """,
        "scripts/tests/rules_test.lua": """
        it("is never bad", function() expect(rule "own", avatar, "x").never.to_contain "bad" end)
        """,
    ]) { $1 }

    @Test func aRuleThatFailsItsTestsIsNotTakenOver() async throws {
        let (output, errors) = try await run(
            """
            becomes("a TOK portrait one", prompt)
            write(own, rule "bad")
            stays("a TOK portrait one", prompt)
            write(own, rule "two")
            becomes("a TOK portrait two", prompt)
            """, files: Self.testsFirst)
        #expect(output == ["a TOK portrait one", "still a TOK portrait one", "a TOK portrait two"])
        #expect(errors.count == 2, "\(errors)")
        #expect(
            errors.first == """
                warning: 1 of 2 tests failed; scripts/tests/rules_test.lua:1: is never bad: rule 30_own.lua; \
                "x bad" contains "bad"; the versions before stay in use
                """, "\(errors)")
        #expect(errors.last == "[FAL AI] Reloaded scripts/rules/30_own.lua")
    }

    @Test func aPresetThatFailsItsTestsIsNotTakenOver() async throws {
        let (output, errors) = try await run(
            """
            becomes(28, steps)
            write("presets/balanced.lua", "return { num_inference_steps = 31 }")
            stays(28, steps)
            write("presets/balanced.lua", "return { num_inference_steps = 29 }")
            becomes(29, steps)
            """, files: Self.testsFirst)
        #expect(output == ["28", "still 28", "29"])
        #expect(errors.count == 2, "\(errors)")
        #expect(errors.first?.contains("presets_test.lua:2: balanced keeps to 30 steps: ") == true, "\(errors)")
        #expect(errors.last == "[FAL AI] Reloaded presets/balanced.lua")
    }

    @Test func testsFirstWithoutTestsIsSaid() async throws {
        let (output, errors) = try await run(
            """
            becomes(28, steps)
            os.remove("scripts/tests/presets_test.lua")
            os.remove("scripts/tests/rules_test.lua")
            write("presets/balanced.lua", "return { num_inference_steps = 29 }")
            stays(28, steps)
            """, files: Self.testsFirst)
        #expect(output == ["28", "still 28"])
        #expect(errors.count == 1)
        #expect(errors.first?.contains("reload.test_first is set, and scripts/tests has no tests") == true, "\(errors)")
    }
}
