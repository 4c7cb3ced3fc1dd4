import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// `falhost test` on the project that ships, and on tests that fail in each way.
@Suite(.timeLimit(.minutes(5)))
struct TestCommandTests {
    private let project: TemporaryFolder

    init() throws {
        project = try .project()
    }

    private func test(_ arguments: String...) async throws -> FalhostProcess {
        try await FalhostProcess.run(["test"] + arguments, folder: project.url)
    }

    /// Runs one test file with this body of one test.
    private func outcome(of body: String, _ arguments: String...) async throws -> FalhostProcess {
        try project.file("scripts/tests/one_test.lua", "it(\"one\", function()\n\(body)\nend)\n")
        return try await FalhostProcess.run(["test", "one_test"] + arguments, folder: project.url)
    }

    @Test func whatShipsIsGreenAndNothingIsWritten() async throws {
        let run = try await test()
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.errors.isEmpty)
        let lines = run.output.split(separator: "\n")
        #expect(lines.first == "ok    scripts/tests/presets_test.lua  17 tests")
        #expect(lines.last?.hasPrefix("41 passed in ") == true)
        #expect(!FileManager.default.fileExists(atPath: project.path + "/.falhost"), "a test needs no database")
    }

    @Test func theGoldenRequestsAreThoseThatGenerationsSend() throws {
        let golden = FalhostProcess.repository.appendingPathComponent("scripts/tests/golden")
        let expected = FalhostProcess.repository.appendingPathComponent("Tests/GenerationTests/Expected")
        let names = try FileManager.default.contentsOfDirectory(atPath: golden.path)
        #expect(names.count == 12)
        func json(_ file: URL) throws -> NSDictionary? {
            try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? NSDictionary
        }
        for name in names {
            let sent = try json(golden.appendingPathComponent(name))?["arguments"] as? NSDictionary
            #expect(try sent == json(expected.appendingPathComponent(name)), "\(name)")
        }
    }

    @Test func aRuleThatBecameWrongIsRedWithWhatWasExpectedAndTheLine() async throws {
        try project.file("scripts/rules/20_trigger.lua", "return function(prompt) return prompt .. \", TOK\" end\n")
        let run = try await test("rules")
        #expect(run.status == 5)
        #expect(run.errors.isEmpty)
        #expect(run.output.contains("FAIL  scripts/tests/rules_test.lua  8 tests, "))
        #expect(
            run.output.contains(
                """
                  the trigger rule puts the trigger in front
                    scripts/tests/rules_test.lua:5
                    rule 20_trigger.lua
                    expected "TOK, stock photo"
                         got "stock photo, TOK"
                """), "\(run.output)")
    }

    @Test func aChangedPresetIsRedWithItsKeyAndGreenAfterAnUpdate() async throws {
        try project.file(
            "presets/fast.lua",
            "return { num_inference_steps = 21, guidance_scale = 3.0, lora_scale = 0.8, finetune_strength = 0.8 }\n")
        let red = try await test("presets", "--filter", "fast of a portrait")
        #expect(red.status == 5)
        #expect(red.output.contains("differs from golden/portrait_fast.json"))
        #expect(red.output.contains("arguments.num_inference_steps: expected 20, got 21"), "\(red.output)")
        #expect(red.output.contains("arguments.image_size: expected \"square\", but it is not there"), "\(red.output)")
        #expect(red.output.contains("0 passed, 1 failed in "))
        let update = try await test("presets", "--update")
        #expect(update.status == 0, "\(update.output)")
        #expect(update.output.contains("; 2 golden files written"))
        let green = try await test("presets")
        #expect(green.status == 0, "\(green.output)")
    }

    @Test func aGoldenFileThatNoTestAsksForIsNamed() async throws {
        #expect(try await test().errors == "")
        try project.file("scripts/tests/golden/old.json", "{}\n")
        let run = try await test()
        #expect(run.status == 0)
        #expect(
            run.errors == "no test asks for scripts/tests/golden/old.json: remove it, or mend the test's name\n",
            "\(run.errors)")
        // Those that were left out may ask for it.
        #expect(try await test("--filter", "golden").errors == "")
    }

    @Test func aGoldenFileThatIsMissingIsAskedForAndWritten() async throws {
        let body = #"expect { list = { 1, 2 }, text = "ü" }.matches_golden "mine""#
        let missing = try await outcome(of: body)
        #expect(missing.status == 5)
        #expect(missing.output.contains("there is no golden/mine.json yet: falhost test --update writes it"))
        #expect(try await outcome(of: body, "--update").status == 0)
        #expect(try await outcome(of: body).status == 0)
        let changed = try await outcome(of: #"expect { list = { 1, 3 }, text = "ü" }.matches_golden "mine""#)
        #expect(changed.output.contains("list[2]: expected 2, got 3"), "\(changed.output)")
    }

    struct Red: Sendable, CustomTestStringConvertible {
        let body: String
        let message: String
        var testDescription: String { body }
    }

    static let red = [
        Red(body: "expect(1).to_be(2)", message: "expected 2, got 1"),
        Red(body: "expect(1).never.to_be(1)", message: "did not expect 1"),
        Red(body: "expect { a = { 1 } }.to_equal { a = { 2 } }", message: "a[1]: expected 2, got 1"),
        Red(body: "expect { a = 1 }.to_equal {}", message: "a: not expected, got 1"),
        Red(body: #"expect("abc").to_match "^b""#, message: #""abc" does not match "^b""#),
        Red(body: "expect { 1 }.to_contain(2)", message: "{ 1 } does not contain 2"),
        Red(body: "expect(print).to_fail_with \"x\"", message: "expected to fail with \"x\", but it does not fail"),
        Red(body: "expect(1).to_bee(1)", message: "expect has no 'to_bee'"),
        Red(body: "expect(rule \"nope\", avatar, \"x\")", message: "there is no rule 'nope' in scripts/rules"),
        Red(body: "expect(rule \"r\", avatar, \"x\")", message: "may be 10_rewrite.lua or 20_trigger.lua"),
        Red(body: "expect(preset \"fats\").sends {}", message: "did you mean fast?"),
        Red(
            body: "expect(preset \"fast\").sends { loras = { { scale = 2 } } }",
            message: "loras[1].scale: expected 2, got 0.8"),
        Red(body: "expect(preset \"fast\").sends_exactly {}", message: "guidance_scale: not expected, got 3.0"),
        Red(body: "expect(preset \"fast\").to_fail_with \"x\"", message: "but it does not fail"),
        Red(body: "local x = nil; return x.y", message: "attempt to index a nil value"),
        Red(body: "error { code = 7 }", message: "{ code = 7 }"),
        Red(body: "require \"fal\"", message: "tests send nothing"),
        Red(body: "it(\"inner\", function() end)", message: "it is called inside the test 'one'"),
        Red(body: "os.exit(0)", message: "os.exit(0)"),
    ]

    @Test(arguments: red)
    func whatFailsIsSaid(red: Red) async throws {
        let run = try await outcome(of: red.body)
        #expect(run.status == 5, "\(run.output)\(run.errors)")
        #expect(run.output.contains(red.message), "\(run.output)")
        if red.body != "os.exit(0)" {
            #expect(run.output.contains("    scripts/tests/one_test.lua:2\n"), "\(run.output)")
        }
    }

    @Test(arguments: [
        "expect(nil).to_be(nil)", "expect(false).never.to_be(nil)", "expect { 1, { a = 2 } }.to_equal { 1, { a = 2 } }",
        "expect(\"a.b\").to_contain \".\"", "expect(function() error \"boom\" end).to_fail_with \"boom\"",
        "expect(rule \"trigger\", avatar, \"\").to_fail_with \"invalid_prompt\"",
        "expect(preset \"fats\").to_fail_with \"unknown_preset\"",
        "expect(preset \"ultra\").for_avatar(avatar.style()).sends { endpoint = \"fal-ai/flux-pro/v1.1-ultra-finetuned\" }",
        "expect(preset \"fast\").with { seed = 0 }.for_prompt \"a door\".sends { seed = 0, prompt = \"TOK, a door\" }",
        "expect(preset \"fast\").with { enable_safety_checker = false }.sends { enable_safety_checker = false }",
        "expect(preset \"fast\").never.sends { num_inference_steps = 21 }",
        "expect(require(\"json\").encode { 1 }).to_be \"[1]\"",
    ])
    func whatHoldsIsGreen(body: String) async throws {
        let run = try await outcome(of: body)
        #expect(run.status == 0, "\(run.output)\(run.errors)")
    }

    @Test(arguments: [
        "while true do end", "while true do pcall(function() while true do end end) end",
        "local task = require \"task\" task.spawn(task.sleep, 60)", "require(\"task\").sleep(60)",
        "require(\"task\").channel():receive()",
    ])
    func aTestThatDoesNotEndIsStoppedAndTheNextOnesRun(body: String) async throws {
        try project.file(
            "scripts/tests/one_test.lua",
            "it(\"one\", function()\n\(body)\nend)\nit(\"two\", function() expect(2).to_be(2) end)\n")
        let run = try await test("one_test", "--timeout", "0.5")
        #expect(run.status == 5)
        #expect(run.output.contains("1 passed, 1 failed in "), "\(run.output)")
        #expect(run.output.contains("0.5 s"), "\(run.output)")
    }

    @Test func aFileThatDoesNotEndIsStopped() async throws {
        try project.file("scripts/tests/one_test.lua", "while true do end\n")
        let run = try await test("one_test", "--timeout", "0.5")
        #expect(run.status == 5)
        #expect(run.output.contains("0.5 s"), "\(run.output)")
    }

    @Test func beforeEachRunsForTheTestsOfItsGroupsOnly() async throws {
        try project.file(
            "scripts/tests/one_test.lua",
            """
            local log = {}
            describe("outer", function()
              before_each(function() log[#log + 1] = "outer" end)
              describe("inner", function()
                before_each(function() log[#log + 1] = "inner" end)
                it("a", function() log[#log + 1] = "a" end)
              end)
              it("b", function() log[#log + 1] = "b" end)
            end)
            it("c", function() expect(log).to_equal { "outer", "inner", "a", "outer", "b" } end)
            """)
        let run = try await test("one_test")
        #expect(run.status == 0, "\(run.output)")
    }

    @Test func aFileThatIsNoLuaStopsBeforeAnyTest() async throws {
        let file = try project.file("scripts/tests/one_test.lua", "it(\"one\", function(\n")
        let run = try await test()
        #expect(run.status == 65)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("falhost: scripts/tests/one_test.lua:"), "\(run.errors)")
        try FileManager.default.removeItem(at: file)
        try project.file("scripts/tests/one_test.lua", "local x = nil\nx()\n")
        let raised = try await test("one_test")
        #expect(raised.status == 5)
        #expect(raised.output.contains("    scripts/tests/one_test.lua:2\n    attempt to call a nil value"))
    }

    @Test(arguments: [
        (["nope"], "no test file in scripts/tests has 'nope' in its name"),
        (["scripts/tests/x.lua"], "there is no test file 'scripts/tests/x.lua'"),
        (["--filter", "no such test"], "no test has 'no such test' in its name"),
    ])
    func whereNothingIsFoundThatIsSaid(arguments: [String], message: String) async throws {
        let run = try await FalhostProcess.run(["test"] + arguments, folder: project.url)
        #expect(run.status == 66)
        #expect(run.errors == "falhost: \(message)\n")
        #expect(run.output.isEmpty, "\(run.output)")
    }

    @Test func aProjectWithoutTestsSaysSo() async throws {
        try FileManager.default.removeItem(atPath: project.path + "/scripts/tests")
        let run = try await test()
        #expect(run.status == 66)
        #expect(run.errors == "falhost: no tests: scripts/tests has no file that ends in _test.lua\n")
    }

    private static let awkward = """
        describe("a & b", function()
          it("<c> # \\"d\\"", function() expect("x\\n\\0<&>\\255").to_be("y") end)
          it("e", function() end)
        end)
        """

    @Test func tapIsWhatItsReadersExpect() async throws {
        try project.file("scripts/tests/one_test.lua", Self.awkward)
        let run = try await test("one_test", "--tap")
        #expect(run.status == 5)
        let lines = run.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 9, "\(run.output)")
        #expect(lines[0] == "TAP version 14")
        #expect(lines[1] == ##"not ok 1 - scripts/tests/one_test.lua: a & b <c> \# "d""##)
        #expect(lines[2] == "  ---")
        #expect(lines[3].hasPrefix(#"  message: "expected \"y\"\n     got "#), "\(lines[3])")
        #expect(
            lines[4...7] == [
                #"  at: "scripts/tests/one_test.lua:2""#, "  ...", "ok 2 - scripts/tests/one_test.lua: a & b e", "1..2",
            ])
        #expect(lines[8].hasPrefix("# 1 passed, 1 failed in "))
    }

    @Test func junitIsXMLWithASuiteForEachFile() async throws {
        try project.file("scripts/tests/one_test.lua", Self.awkward)
        let run = try await test("--junit", "reports/junit.xml")
        #expect(run.status == 5)
        let file = project.url.appendingPathComponent("reports/junit.xml")
        let document = try XMLDocument(data: Data(contentsOf: file))
        #expect(try document.nodes(forXPath: "/testsuites/testsuite").count == 4)
        #expect(try document.nodes(forXPath: "//testcase").count == 43)
        #expect(try document.nodes(forXPath: "/testsuites[@tests='43' and @failures='1']").count == 1)
        let failure = try #require(try document.nodes(forXPath: "//failure").first)
        #expect(failure.stringValue?.contains("<&>") == true)
        #expect(try document.nodes(forXPath: "//testcase[@name='<c> # \"d\"']").count == 1)
    }

    @Test func hundredsOfTestsAreNoWork() async throws {
        try project.file(
            "scripts/tests/many_test.lua",
            """
            for i = 1, 600 do
              it("number " .. i, function()
                expect(rules(), avatar, "stock photo " .. i).to_be("TOK, stock photo " .. i)
              end)
            end
            """)
        let run = try await test("many")
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("600 passed in "))
    }
}
