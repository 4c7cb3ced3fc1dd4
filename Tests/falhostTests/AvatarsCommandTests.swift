import Foundation
import JSON
import Simulator
import Testing

/// `falhost avatars` and its like in Lua, from making an avatar to putting it away.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct AvatarsCommandTests {
    private let project: TemporaryFolder

    init() throws {
        project = try TemporaryFolder.project()
    }

    private func falhost(_ arguments: String..., environment: [String: String] = [:]) async throws -> FalhostProcess {
        try await FalhostProcess.run(arguments, environment: environment, folder: project.url)
    }

    private func lua(_ chunk: String, environment: [String: String] = [:]) async throws -> FalhostProcess {
        try await falhost(
            "-e", "local avatars, fal = require 'avatars', require 'fal' \(chunk)", environment: environment)
    }

    @Test func anAvatarIsMadeFoundChangedAndPutAway() async throws {
        let made = try await falhost(
            "avatars", "create", "id=boris", "name=Boris", "training_type=portrait", "user_id=42")
        #expect(made.status == 0 && made.output.contains("\"status\": \"draft\""), "\(made.errors)")
        let again = try await falhost("avatars", "create", "id=boris", "name=B", "training_type=style")
        #expect(again.status == 65 && again.errors.contains("there is an avatar boris already"))
        #expect(try await falhost("avatars", "find", "--user", "42").output.contains("\"boris\""))
        #expect(try await falhost("avatars", "find", "--user", "43").status == 66)
        let wrong = try await falhost("avatars", "update", "boris", "triger_word=x")
        #expect(wrong.status == 65 && wrong.errors.contains("did you mean trigger_word?"))
        let lie = try await falhost("avatars", "update", "boris", "status=completed")
        #expect(lie.status == 65 && lie.errors.contains("a portrait avatar needs diffusers_lora_file_url"))
        #expect(
            try await falhost(
                "avatars", "update", "boris", "status=completed", "diffusers_lora_file_url=https://v3.fal.media/b"
            ).status == 0)
        #expect(
            try await falhost("avatars", "list", "--status", "completed").output
                == "boris\tportrait\tcompleted\tBoris\n")
        #expect(try await falhost("avatars", "list", "--status", "complet").errors.contains("did you mean completed?"))
        #expect(try await falhost("avatars", "archive", "boris").status == 0)
        #expect(try await falhost("avatars", "list").errors.contains("no avatar matches"))
        #expect(try await falhost("avatars", "list", "--archived").output.hasPrefix("boris\t"))
        #expect(try await falhost("avatars", "export").output.contains("\"archived\": true"))
        let refused = try await falhost("generate", "--simulate", "--avatar", "boris", "x")
        #expect(refused.status == 65 && refused.errors.contains("avatar boris is archived"), "\(refused.errors)")
        #expect(try await falhost("avatars", "unarchive", "boris").status == 0)
        #expect(try await falhost("generate", "--simulate", "--avatar", "boris", "x").status == 0)
    }

    @Test func scriptsDoTheSame() async throws {
        let run = try await lua(
            """
            local b = avatars.create { name = "B", training_type = "style", user_id = 7 }
            print(#b.id, b.status, avatars.find { user_id = 7 }.name, avatars.find { name = "b" })
            print(select(2, pcall(avatars.update, b.id, { stats = "draft" })))
            b = avatars.update(b.id, { status = "completed", finetune_id = "f", trigger_word = "T" })
            print(b.finetune_id, #avatars.list { status = "completed" }, #avatars.list { training_type = "portrait" })
            print(avatars.archive(b.id).archived, #avatars.list(), #avatars.list { archived = true })
            local ok, err = pcall(fal.generate_avatar_image, b.id, "x")
            print(ok, err.code, err.message:match("is archived"))
            print(avatars.unarchive(b.id).archived, select(2, pcall(avatars.list, { statu = "x" })))
            """)
        let lines = run.output.components(separatedBy: "\n")
        try #require(run.status == 0 && lines.count == 7, "\(run.output)\(run.errors)")
        #expect(lines[0] == "36\tdraft\tB\tnil")
        #expect(lines[1].contains("did you mean status?"))
        #expect(lines[2] == "f\t1\t0")
        #expect(lines[3] == "true\t0\t1")
        #expect(lines[4] == "false\tavatar_not_found\tis archived")
        #expect(lines[5].hasPrefix("nil\t") && lines[5].contains("'statu'; did you mean 'status'?"), "\(lines[5])")
    }

    @Test func anImportIsShownBeforeItIsMadeAndMadeOnce() async throws {
        let file = try project.file(
            "old.csv",
            """
            id,name,training_type,status,diffusers_lora_file_url,trigger_phrase,gender
            a,Anna,PORTRAIT,COMPLETED,https://v3.fal.media/a.safetensors,TOK,FEMALE
            b,Boris,PORTRAIT,COMPLETED,https://emergency-fallback.com/lora/Boris.safetensors,TOK,MALE

            """)
        let shown = try await falhost("avatars", "import", "--dry-run", file.path)
        #expect(shown.output == "added\ta\nadded\tb\n")
        #expect(shown.errors.contains("b: the earlier service made up"))
        #expect(shown.errors.hasSuffix("would import 2 avatars: 2 added\n"))
        #expect(try await falhost("avatars", "export").output == "[]\n")
        #expect(try await falhost("avatars", "import", file.path).errors.hasSuffix("imported 2 avatars: 2 added\n"))
        #expect(
            try await falhost("avatars", "list").output == "a\tportrait\tcompleted\tAnna\nb\tportrait\terror\tBoris\n")
        let before = try await falhost("avatars", "export").output
        #expect(try await falhost("avatars", "import", file.path).errors.hasSuffix("imported 2 avatars: 2 unchanged\n"))
        #expect(try await falhost("avatars", "export").output == before)
        #expect(try await falhost("avatars", "update", "a", "name=Anya").status == 0)
        #expect(try await falhost("avatars", "import", "--dry-run", file.path).output == "changed\ta\tname\nsame\tb\n")
        let report = try await lua(
            "local n, r = avatars.import(arg[1] or '\(file.path)', { dry_run = true }) "
                + "print(n, r.changed, r.same, r.avatars[1].fields[1], r.avatars[2].note:sub(1, 11))")
        #expect(report.output == "2\t1\t1\tname\tthe earlier\n", "\(report.errors)")
        try project.file("bad.csv", "id,name,training_type,status\nc,C,style,draft\nd,D,style\n")
        let bad = try await falhost("avatars", "import", "bad.csv")
        #expect(bad.status == 65 && bad.errors.contains("bad.csv: line 3: 3 fields"), "\(bad.errors)")
        #expect(try await falhost("avatars", "show", "c").status == 65)
    }

    @Test func aPinTellsWhenTheFileChanged() async throws {
        try await withSimulator { simulator in
            let environment = simulator.environment()
            let weights = try project.file("anna.safetensors", "weights")
            let made = try await lua(
                """
                avatars.create { id = "anna", name = "A", training_type = "portrait", status = "completed",
                  diffusers_lora_file_url = fal.upload('\(weights.path)') }
                print(avatars.pin("anna").outcome, avatars.pin("anna").size)
                """, environment: environment)
            #expect(made.output == "pinned\t7\n", "\(made.errors)")
            let hash = "9b16c9ccd5a0d07f3bbac3e9aee4cfe2bfa5fd3a7f0ffd4c8dbb8f4c1b2a8f2c"
            let first = try await falhost("avatars", "pin", "anna", environment: environment)
            #expect(first.status == 0 && first.output.contains("unchanged since it was pinned: "), "\(first.errors)")
            #expect(try await falhost("avatars", "update", "anna", "lora_sha256=\(hash)").status == 0)
            let changed = try await falhost("avatars", "pin", "anna", environment: environment)
            #expect(changed.status == 65 && changed.output.contains("changed since it was pinned: was \(hash)"))
            #expect(try await falhost("avatars", "pin", "anna", "--accept", environment: environment).status == 0)
            #expect(try await falhost("avatars", "pin", "anna", environment: environment).status == 0)
            let left = try FileManager.default.subpathsOfDirectory(atPath: project.path)
            #expect(left.filter { $0.contains(".lora-") } == [])
        }
    }

    @Test func aCanaryIsAlwaysTheSameRequest() async throws {
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await falhost("avatars", "import", demo).status == 0)
        try await withSimulator { simulator in
            let environment = simulator.environment()
            for avatar in ["demo-anna", "demo-noir"] {
                let check = try await falhost("avatars", "check", avatar, environment: environment)
                let path = check.output.trimmingCharacters(in: .newlines)
                #expect(check.status == 0 && path.contains("/canary/\(avatar)_"), "\(check.output)\(check.errors)")
                #expect(FileManager.default.fileExists(atPath: path))
                let price = avatar == "demo-anna" ? "about $0.0" : "at a price that is not known"
                #expect(check.errors.hasPrefix("one picture, " + price), "\(check.errors)")
            }
            let scripted = try await lua(
                "local r = avatars.check('demo-anna') print(r.seed, r.files[1]:match('canary'), r.lora)",
                environment: environment)
            #expect(scripted.output == "20250613\tcanary\tnil\n", "\(scripted.errors)")
            let jobs = try await JSONValue(parsing: falhost("jobs", "list", "--json").output).arrayValue ?? []
            let arguments = jobs.filter { $0["avatar_id"] == "demo-anna" || $0["avatar"] == "demo-anna" }
                .compactMap { $0["arguments"] }
            #expect(arguments.count == 2 && arguments.first == arguments.last)
        }
    }
}
