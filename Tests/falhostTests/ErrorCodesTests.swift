import Foundation
import Testing

/// Every code of DESIGN.md §3 that these parts raise, raised by the fault itself, with its message in both languages.
@Suite(.timeLimit(.minutes(5)))
struct ErrorCodesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let code: String
        let kind: String
        var faults: [String] = []
        var environment: [String: String] = [:]
        var simulate = true
        /// The failing call; `anna` and `noir` are the demo avatars.
        var call = "fal.generate_avatar_image(anna, 'a portrait')"
        /// A part of the Russian message.
        var russian = ""

        var testDescription: String { code + (faults.isEmpty ? "" : " by \(faults.joined(separator: ", "))") }
    }

    static let cases: [Case] = [
        Case(
            code: "avatar_not_found", kind: "value", call: "fal.generate_avatar_image('nobody', 'x')",
            russian: "не найден"),
        Case(
            code: "avatar_not_trained", kind: "value",
            call:
                "fal.generate_avatar_image({ id = 'a', name = 'A', training_type = 'portrait', status = 'training' }, 'x')",
            russian: "не обучен"),
        Case(
            code: "lora_file_missing", kind: "value",
            call:
                "fal.generate_avatar_image({ id = 'a', name = 'A', training_type = 'portrait', status = 'completed' }, 'x')",
            russian: "LoRA файл не найден"),
        Case(
            code: "finetune_id_missing", kind: "value",
            call:
                "fal.generate_avatar_image({ id = 'a', name = 'A', training_type = 'style', status = 'completed' }, 'x')",
            russian: "Finetune ID не найден"),
        Case(
            code: "unknown_training_type", kind: "value",
            call:
                "fal.generate_avatar_image({ id = 'a', name = 'A', training_type = 'video', status = 'completed' }, 'x')"
        ),
        Case(
            code: "unknown_preset", kind: "value", call: "fal.generate_avatar_image(anna, 'x', { quality = 'portret' })"
        ),
        Case(
            code: "invalid_config", kind: "value", call: "fal.generate_avatar_image(anna, 'x', { num_images = 'two' })"),
        Case(code: "invalid_prompt", kind: "value", call: "fal.generate_avatar_image(anna, '   ')"),
        Case(code: "invalid_prompt", kind: "value", call: "fal.generate_avatar_image(anna, 'a\\xffb')"),
        Case(code: "invalid_prompt", kind: "value", call: "fal.generate_avatar_image(anna, ('x'):rep(100000))"),
        Case(code: "missing_api_key", kind: "value", simulate: false),
        Case(code: "unauthorized", kind: "runtime", faults: ["submit:401"]),
        Case(code: "billing", kind: "runtime", faults: ["submit:403"]),
        Case(code: "endpoint_not_found", kind: "value", call: "fal.run('missing/model', {})"),
        Case(code: "validation", kind: "value", faults: ["result:422"]),
        Case(code: "content_policy_violation", kind: "value", faults: ["result:content-policy"]),
        Case(
            code: "rate_limited", kind: "runtime", faults: ["run:429:times=always"],
            call: "fal.run('fal-ai/flux-lora', { prompt = 'x' })"),
        Case(code: "server_error", kind: "runtime", faults: ["job:failed:type=runner_server_error"]),
        Case(
            code: "timeout", kind: "runtime", faults: ["job:endless"],
            call: "fal.generate_avatar_image(anna, 'x', { timeout = 1 })"),
        Case(
            code: "network", kind: "runtime",
            environment: ["FALHOST_BASE_URL": "http://127.0.0.1:1", "FAL_KEY": "id:secret"],
            simulate: false),
        Case(code: "submit_unknown", kind: "runtime", faults: ["submit:reset-after"]),
        Case(code: "submit_unknown", kind: "runtime", faults: ["submit:truncated-json"]),
        Case(code: "malformed_response", kind: "runtime", faults: ["result:truncated-json:times=always"]),
        Case(code: "malformed_response", kind: "runtime", faults: ["result:bad-utf8:times=always"]),
        Case(code: "no_images", kind: "runtime", faults: ["result:images-empty"]),
        Case(code: "no_images", kind: "runtime", faults: ["result:images-missing"]),
        Case(code: "expired", kind: "runtime", faults: ["result:expired"]),
        Case(
            code: "storage", kind: "runtime", environment: ["FALHOST_DB": "/dev/null/falhost.db"],
            call: "avatars.get('anna')"),
        Case(
            code: "cancelled", kind: "runtime", faults: ["job:endless"],
            call: """
                (function()
                  local job = task.spawn(fal.generate_avatar_image, anna, 'x')
                  task.sleep(0.2)
                  job:cancel()
                  job:await()
                end)()
                """),
    ]

    private static let preamble = """
        local fal, avatars, task = require "fal", require "avatars", require "task"
        local anna = { id = "anna", name = "Anna", training_type = "portrait", status = "completed",
          diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
        """

    @Test(arguments: cases, ["en", "ru"])
    func isRaisedWithItsCodeKindAndMessage(of test: Case, in language: String) async throws {
        let script = """
            \(Self.preamble)
            local ok, err = pcall(function() \(test.call) end)
            assert(not ok, "no error was raised")
            print(err.code, err.kind, tostring(err.message):gsub("\\n", " "))
            """
        let project = try TemporaryFolder.project()
        let faults = test.faults.flatMap { ["--fault", $0] }
        let run = try await FalhostProcess.run(
            (test.simulate ? ["--simulate"] : []) + faults + ["--root", project.path, "-e", script],
            environment: test.environment.merging(["FALHOST_LANG": language]) { $1 })
        #expect(run.status == 0, "\(run.errors)")
        let fields = run.output.split(separator: "\t")
        #expect(fields.first.map(String.init) == test.code, "\(run.output)")
        #expect(fields.dropFirst().first.map(String.init) == test.kind)
        let message = fields.dropFirst(2).first.map(String.init) ?? ""
        let isRussian = message.unicodeScalars.contains { (0x400...0x4FF).contains($0.value) }
        #expect(isRussian == (language == "ru"), "\(message)")
        if language == "ru" && !test.russian.isEmpty { #expect(message.contains(test.russian), "\(message)") }
    }

    @Test(arguments: ["en", "ru"])
    func aRuleThatFailsNamesItsLine(language: String) async throws {
        let project = try TemporaryFolder.project()
        try project.file("scripts/rules/15_broken.lua", "return function(prompt)\n  return promt\nend\n")
        let run = try await FalhostProcess.run(
            "--simulate", "--root", project.path, "-e", "\(Self.preamble) fal.generate_avatar_image(anna, 'x')",
            environment: ["FALHOST_LANG": language])
        #expect(run.status == 1)
        #expect(run.errors.contains("15_broken.lua:2"), "\(run.errors)")
        #expect(run.errors.contains("rule_failed"))
    }
}
