import Foundation
import JSON
import Testing

/// `falhost check` on the project that ships, and on one with a mistake of each kind.
@Suite(.timeLimit(.minutes(5)))
struct CheckCommandTests {
    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        return project
    }

    @Test func whatShipsIsSound() async throws {
        let project = try await Self.project()
        let run = try await FalhostProcess.run("check", folder: project.url)
        #expect(run.status == 0)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("looked at 6 presets, 2 rules, 2 avatars, "), "\(run.errors)")
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        let file: String
        let text: String
        let problems: [String]
        var testDescription: String { problems.joined(separator: "; ") }
    }

    static let mistakes = [
        Mistake(
            file: "presets/bad.lua", text: "return {\n  description = \"x\",\n  guidance_scle = 3,\n}\n",
            problems: ["presets/bad.lua:3: guidance_scle: unknown key, did you mean guidance_scale?"]),
        Mistake(
            file: "presets/range.lua", text: "return { extends = \"fast\",\n  num_inference_steps = 99 }\n",
            problems: ["fal-ai/flux-lora", "fal-ai/flux-pro"].map {
                "presets/range.lua:2: num_inference_steps must be an integer from 1 to 50 for \($0), not 99"
            }),
        Mistake(
            file: "presets/syntax.lua", text: "return { a = }\n",
            problems: ["presets/syntax.lua:1: unexpected symbol near '}'"]),
        Mistake(
            file: "presets/sand.lua", text: "return { seed = os.time() }\n",
            problems: ["presets/sand.lua:1: unknown global 'os'"]),
        Mistake(
            file: "presets/child.lua", text: "return { extends = \"qualty\" }\n",
            problems: ["presets/child.lua:1: it extends 'qualty', which does not exist; did you mean quality?"]),
        Mistake(
            file: "scripts/rules/30_x.lua",
            text: "return function(prompt)\n  if prompt == \"never\" then return promt end\n  return prompt\nend\n",
            problems: ["scripts/rules/30_x.lua:2: unknown global 'promt'"]),
        Mistake(
            file: "scripts/rules/30_x.lua", text: "return function(prompt)\n  return #prompt\nend\n",
            problems: [
                "scripts/rules/30_x.lua: scripts/rules/30_x.lua returned a number, the prompt to use is expected"
            ]),
        Mistake(
            file: "scripts/mine.lua",
            text: """
                local fal = require "fal"
                local url = fal.generat_avatar_image("anna", "x")
                prnt(url)
                task.sleep(1)
                total = 1
                """,
            problems: [
                "scripts/mine.lua:2: 'fal' has no 'generat_avatar_image'; did you mean 'generate_avatar_image'?",
                "scripts/mine.lua:3: unknown global 'prnt'; did you mean 'print'?",
                "scripts/mine.lua:4: 'task' is not loaded: local task = require \"task\"",
                "scripts/mine.lua:5: sets the global 'total': write local",
            ]),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsNamedWithItsLine(mistake: Mistake) async throws {
        let project = try await Self.project()
        try project.file(mistake.file, mistake.text)
        let run = try await FalhostProcess.run("check", folder: project.url)
        #expect(run.status == 65)
        #expect(run.output.split(separator: "\n").map(String.init) == mistake.problems)
        #expect(run.errors.contains("\(mistake.problems.count) problem"))
    }

    private static let russian = [
        Mistake(
            file: "presets/bad.lua", text: "return {\n  guidance_scle = 3,\n}\n",
            problems: ["presets/bad.lua:2: guidance_scle: неизвестный ключ, возможно, guidance_scale?"]),
        Mistake(
            file: "presets/child.lua", text: "return {\n  extends = \"qualty\" }\n",
            problems: ["presets/child.lua:2: он продолжает «qualty», а такого пресета нет; возможно, quality?"]),
        Mistake(
            file: "scripts/rules/30_x.lua", text: "return function() return 1 end\n",
            problems: ["scripts/rules/30_x.lua: scripts/rules/30_x.lua возвращает number, а нужен промпт"]),
        Mistake(
            file: "scripts/mine.lua",
            text: """
                local fal = require "fal"
                local url = fal.generat_avatar_image("anna", "x")
                prnt(url)
                task.sleep(1)
                total = 1
                """,
            problems: [
                "scripts/mine.lua:2: в «fal» нет «generat_avatar_image»; возможно, «generate_avatar_image»?",
                "scripts/mine.lua:3: неизвестная глобальная переменная «prnt»; возможно, «print»?",
                "scripts/mine.lua:4: модуль «task» не загружен: local task = require \"task\"",
                "scripts/mine.lua:5: задаёт глобальную переменную «total»: добавьте local",
            ]),
    ]

    @Test func mistakesAreNamedInRussianWhereTheLocaleIs() async throws {
        let project = try await Self.project()
        for mistake in Self.russian { try project.file(mistake.file, mistake.text) }
        let environment = ["FALHOST_LANG": "ru"]
        let run = try await FalhostProcess.run("check", environment: environment, folder: project.url)
        #expect(run.status == 65)
        #expect(run.output.split(separator: "\n").map(String.init) == Self.russian.flatMap(\.problems))
        #expect(run.errors.contains("7 проблем; проверено: 8 пресетов, 3 правила, 2 аватара, "), "\(run.errors)")

        let json = try await FalhostProcess.run("check", "--json", environment: environment, folder: project.url)
        #expect(json.output.contains("unknown key, did you mean guidance_scale?"), "\(json.output)")
        #expect(!json.output.contains { ("а"..."я").contains($0) }, "\(json.output)")
    }

    @Test func avatarsThatDrawSomethingElseAreNamed() async throws {
        let project = try await Self.project()
        func avatar(_ id: String, _ type: String, _ fields: String) -> String {
            #"{"id":"\#(id)","name":"x","training_type":"\#(type)","status":"completed",\#(fields)}"#
        }
        let list = [
            avatar("a", "portrait", #""trigger_phrase":"Woman","diffusers_lora_file_url":"lora.safetensors""#),
            avatar("b", "portrait", #""trigger_phrase":"SKS woman","diffusers_lora_file_url":"https://x/config.json""#),
            avatar("c", "style", #""finetune_id":"https://x""#), avatar("d", "style", #""trigger_word":"ZZTOP""#),
        ]
        let file = try project.file("avatars.json", "[\(list.joined(separator: ","))]")
        #expect(try await FalhostProcess.run("avatars", "import", file.path, folder: project.url).status == 0)
        let run = try await FalhostProcess.run("check", "--json", folder: project.url)
        #expect(run.status == 65)
        let problems = try JSONValue(parsing: run.output).arrayValue ?? []
        let places = problems.compactMap { $0["place"]?.stringValue }
        #expect(places == ["avatar a", "avatar a", "avatar b", "avatar c", "avatar d", "avatar a", "avatar a"])
        #expect(problems.contains { $0["message"]?.stringValue?.contains("common word") == true })
        #expect(problems.contains { $0["message"]?.stringValue?.hasSuffix("of b are within each other") == true })

        let russian = try await FalhostProcess.run("check", environment: ["FALHOST_LANG": "ru"], folder: project.url)
        let lines = russian.output.split(separator: "\n")
        #expect(lines.first?.hasPrefix("аватар a: diffusers_lora_file_url — не адрес https: «lora") == true, "\(lines)")
        #expect(lines.contains { $0.contains("«Woman» — обычное слово") }, "\(lines)")
        #expect(lines.contains { $0.hasSuffix("«SKS woman» у b: один входит в другой") }, "\(lines)")
    }
}
