import Foundation
import Testing

/// Rules that people got wrong: nothing is sent, the file and the line are named, nothing is swallowed.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BadRuleTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let words: [String]
        var testDescription: String { text }
    }

    static let cases: [Case] = [
        Case(text: "return function(p)\n  while true do end\nend", words: [":2: ", "longer than 50 ms"]),
        Case(
            text: "return function(p)\n  pcall(function() while true do end end) return p\nend",
            words: [":2: ", "50 ms"]),
        Case(
            text: "return function(p)\n  return p .. #(('a'):rep(700):match('.-.-.-b') or '')\nend",
            words: [":2: ", "longer than 50 ms"]),
        Case(text: "return function(p)\n  table.move({}, 1, 1 << 40, 2)\nend", words: [":2: ", "50 ms"]),
        Case(
            text: "return function(p)\n  while true do pcall(text.has_phrase, p, p) end\nend",
            words: [":2: ", "50 ms"]),
        Case(
            text: "return function(p)\n  text.has_phrase(p, ('a'):rep(2000))\nend",
            words: [":2: ", "at most 1024 bytes"]),
        Case(text: "return function(p) return text.lower(('a'):rep(7e4)) end", words: [":1: ", "at most 65536 bytes"]),
        Case(text: "local x = require '../../etc/x'", words: [":1: ", "is no module name"]),
        Case(text: "local x = require 'a\\0b'", words: [":1: ", "is no module name"]),
        Case(text: "\u{1B}Lua", words: ["30_bad.lua"]),
        Case(text: "return function(p) local s = p while true do s = s .. s end end", words: ["more than 16 MiB"]),
        Case(text: "return function(p) return p:rep(1e9) end", words: ["30_bad.lua"]),
        Case(text: "while true do end", words: [":1: ", "longer than 50 ms"]),
        Case(text: "return function(p) end", words: ["returned nothing", "prompt to use is expected"]),
        Case(text: "return function(p) return 5 end", words: ["returned a number"]),
        Case(text: "return function(p) return { p } end", words: ["returned a table"]),
        Case(text: "return function(p) return p .. '\\xff' end", words: ["returned a string that is not UTF-8"]),
        Case(text: "return function(p) return ' ' end", words: ["prompt is empty"]),
        Case(text: "return function(p) return p:rep(5000) end", words: ["too long"]),
        Case(text: "return function(p)\n  error 'not today'\nend", words: [":2: not today"]),
        Case(text: "return function(p)\n  error({ code = 1 })\nend", words: [":2: ", "table"]),
        Case(text: "return function(p)\n  return p ..\nend", words: [":3: ", "unexpected symbol near 'end'"]),
        Case(text: "return 5", words: ["returns a number", "function(prompt, context)"]),
        Case(text: "return 'x'", words: ["returns a string"]),
        Case(text: "", words: ["returns nothing"]),
        Case(text: "return function(p) io.write(p) return p end", words: [":1: ", "unknown global 'io'"]),
        Case(text: "return function(p) os.exit(0) end", words: [":1: ", "unknown global 'os'"]),
        Case(text: "return function(p) return load('return 1')() end", words: [":1: ", "unknown global 'load'"]),
        Case(text: "return function(p) return debug.traceback() end", words: [":1: ", "unknown global 'debug'"]),
        Case(text: "return function(p) return strng.upper(p) end", words: ["'strng'", "did you mean 'string'?"]),
        Case(text: "return function(p)\n  return promt\nend", words: [":2: ", "unknown global 'promt'"]),
        Case(
            text: "local fal = require 'fal' return function(p) return p end",
            words: [":1: ", "module 'fal' not found"]),
        Case(text: "return function(p) return string.upper() end", words: [":1: ", "bad argument #1 to 'upper'"]),
    ]

    @Test(arguments: cases)
    func aBrokenRuleStopsTheGenerationInOneLine(rule: Case) async throws {
        let input = try await BadInput()
        try input.project.file("scripts/rules/30_bad.lua", rule.text)
        let words = rule.words + ["30_bad.lua", "rule_failed"]
        let run = try await input.expect(65, words, from: BadInput.generate())
        #expect(!run.errors.contains("[FAL AI]"), "something was sent: \(run.errors)")
        try await input.expect(65, words, from: ["explain", "--avatar", "demo-anna", "a portrait"])
    }

    @Test func withoutARulesFolderThePromptIsSentAsItIs() async throws {
        let input = try await BadInput()
        try FileManager.default.removeItem(atPath: input.project.path + "/scripts/rules")
        let run = try await FalhostProcess.run(BadInput.generate("a portrait", "--json"), folder: input.project.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains(#""prompt": "a portrait""#), "\(run.output)")
    }

    @Test func hiddenAndOtherFilesAreNoRules() async throws {
        let input = try await BadInput()
        for name in [".40_hidden.lua", "40_backup.lua~", "README.md", "#40_emacs.lua#"] {
            try input.project.file("scripts/rules/\(name)", "this is no Lua")
        }
        let run = try await FalhostProcess.run(BadInput.generate(), folder: input.project.url)
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func aRuleThatFailsForOnePromptOfABatchFailsThatOne() async throws {
        let input = try await BadInput()
        try input.project.file(
            "scripts/rules/30_bad.lua", "return function(p) if p:find 'bad' then error 'no' end return p end")
        let script = """
            local fal = require "fal"
            local urls, results = fal.generate_multiple_images("demo-anna", { "good", "bad", "good too" })
            for i = 1, 3 do print(i, not not urls[i], urls[i] == false and results[i].code or "") end
            """
        let run = try await FalhostProcess.run(["--simulate", "-e", script], folder: input.project.url)
        #expect(run.output == "1\ttrue\t\n2\tfalse\trule_failed\n3\ttrue\t\n", "\(run.errors)")
    }
}
