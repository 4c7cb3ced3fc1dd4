import Foundation
import Testing

/// falhost as a Unix command: streams, exit codes, arguments.
@Suite(.timeLimit(.minutes(5)))
struct CommandLineTests {
    @Test func aScriptFindsItsArguments() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.file(
            "s.lua", "#!/usr/bin/env falhost\nprint(arg[0], arg[1], arg[2], ...)\nprint(#arg)\n")
        let run = try await FalhostProcess.run(script.path, "one", "--simulate")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == "\(script.path)\tone\t--simulate\tone\t--simulate\n2\n")
    }

    @Test func argumentsReachTheScriptByteForByte() async throws {
        let run = try await FalhostProcess.shell(#""$FALHOST" -e 'print((...):byte(1, -1))' "$(printf 'a\377b')""#)
        #expect(run.output == "97\t255\t98\n", "\(run.errors)")
    }

    @Test func aChunkAndStandardInputAreScriptsToo() async throws {
        #expect(try await FalhostProcess.run("-e", "print(1 + 1)").output == "2\n")
        #expect(try await FalhostProcess.run("-e", "print(...)", "a").output == "a\n")
        #expect(try await FalhostProcess.run("-", "x", input: Data("print(arg[0], ...)".utf8)).output == "-\tx\n")
    }

    @Test func requireLooksBesideTheScriptThenInTheLibrary() async throws {
        let project = try TemporaryFolder.project()
        try project.file("scripts/lib/one.lua", "return 'library'")
        try project.file("scripts/lib/two.lua", "return 'library'")
        try project.file("scripts/two.lua", "return 'beside'")
        let script = try project.file("scripts/s.lua", "print(require 'one', (require 'two'))")
        #expect(try await FalhostProcess.run(script.path).output == "library\tbeside\n")
    }

    @Test func aSyntaxErrorIsOneLineWithItsPlace() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.file("s.lua", "local x = 1\nlocal = 2\n")
        let run = try await FalhostProcess.run(script.path)
        #expect(run.status == 1)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("falhost: \(script.path):2: "), "\(run.errors)")
    }

    @Test func anErrorHasATracebackThroughTheHostCall() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.file(
            "s.lua",
            "local fal = require 'fal'\nlocal function inner()\n  fal.submit('not-an-endpoint', {})\nend\ninner()\n")
        let run = try await FalhostProcess.run("--simulate", script.path)
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("falhost: \(script.path):3: "), "\(run.errors)")
        #expect(run.errors.contains("stack traceback:"))
        #expect(run.errors.contains("inner"))
        #expect(run.errors.contains("\(script.path):5: in main chunk"))
    }

    @Test func aTableThatIsRaisedIsNamedAsLuaNamesIt() async throws {
        let run = try await FalhostProcess.run("-e", "error({})")
        #expect(run.status == 1)
        #expect(run.errors.contains("(error object is a table value)"), "\(run.errors)")
    }

    @Test func anErrorInASpawnedTaskEndsTheScript() async throws {
        let run = try await FalhostProcess.run(
            "-e", "local task = require 'task'; task.spawn(function() error('lost') end); task.sleep(5)")
        #expect(run.status == 1)
        #expect(run.errors.contains("lost"))
    }

    struct Ending: Sendable {
        let arguments: [String]
        let status: Int32
    }

    static let endings: [Ending] = [
        Ending(arguments: ["nowhere.lua"], status: 66),
        Ending(arguments: ["--bogus", "s.lua"], status: 64),
        Ending(arguments: ["generate"], status: 64),
        Ending(arguments: ["avatars", "import", "nowhere.json"], status: 66),
        Ending(arguments: ["-e", "error('x')"], status: 1),
        Ending(arguments: ["-e", "os.exit(7)"], status: 7),
        Ending(arguments: ["presets", "--root", "/nonexistent"], status: 66),
        Ending(arguments: ["--simulate", "--fault", "submit:nonsense", "-e", ""], status: 64),
        Ending(arguments: ["avatars", "show", "nobody", "--root", FalhostProcess.repository.path], status: 65),
    ]

    @Test(arguments: endings)
    func endsWithTheDocumentedExitCode(ending: Ending) async throws {
        let scratch = try TemporaryFolder()
        let run = try await FalhostProcess.run(ending.arguments, environment: ["FALHOST_DB": scratch.path + "/x.db"])
        #expect(run.status == ending.status, "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(ending.status == 7 || !run.errors.isEmpty)
    }

    @Test(arguments: [[], ["generate"], ["explain"], ["avatars"], ["presets"], ["simulate"]])
    func helpBeginsWithExamplesOnStandardOutput(command: [String]) async throws {
        let run = try await FalhostProcess.run(command + ["--help"])
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("EXAMPLES:\n"), "\(run.output)")
        #expect(run.errors.isEmpty)
    }

    @Test func versionIsOneLine() async throws {
        let run = try await FalhostProcess.run("--version")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("falhost "))
    }

    @Test func avatarsAreImportedListedShownExportedAndRemoved() async throws {
        let project = try TemporaryFolder.project()
        let file = project.path + "/scripts/lib/demo_avatars.json"
        func avatars(_ arguments: String...) async throws -> FalhostProcess {
            try await FalhostProcess.run(["avatars"] + arguments, folder: project.url)
        }
        #expect(try await avatars("import", file).status == 0)
        #expect(try await avatars("list").output.hasPrefix("demo-anna\tportrait\tcompleted\tAnna\n"))
        #expect(try await avatars("show", "demo-noir").output.contains("\"finetune_id\": \"demo-finetune-noir\""))
        let exported = try await avatars("export").output
        #expect(try await avatars("remove", "demo-anna").status == 0)
        #expect(try await avatars("remove", "demo-anna").status == 65)
        let copy = try project.file("copy.json", exported)
        #expect(try await avatars("import", copy.path).status == 0)
        #expect(try await avatars("export").output == exported)
    }

    @Test func anAvatarFileWithAProblemIsRefusedWhole() async throws {
        let project = try TemporaryFolder.project()
        let file = try project.file(
            "a.json", #"[{"id": "good", "name": "G", "training_type": "style", "status": "draft"}, {"id": "bad"}]"#)
        let run = try await FalhostProcess.run("avatars", "import", file.path, folder: project.url)
        #expect(run.status == 65)
        #expect(run.errors.contains("name"), "\(run.errors)")
        #expect(try await FalhostProcess.run("avatars", "list", folder: project.url).output.isEmpty)
    }

    @Test func generatePrintsThePicturesPath() async throws {
        let project = try TemporaryFolder.project()
        _ = try await FalhostProcess.run(
            "avatars", "import", project.path + "/scripts/lib/demo_avatars.json", folder: project.url)
        let run = try await FalhostProcess.run(
            "generate", "--simulate", "--avatar", "demo-anna", "--set", "num_images=2", "--out", project.path + "/a/b",
            "a portrait", folder: project.url)
        #expect(run.status == 0, "\(run.errors)")
        let paths = run.output.split(separator: "\n").map(String.init)
        #expect(paths.count == 2)
        #expect(paths.allSatisfy { $0.hasPrefix(project.path + "/a/b/") && FileManager.default.fileExists(atPath: $0) })
        #expect(run.errors.contains("[FAL AI]"))
    }

    @Test func testModeSendsNothingAndGivesTheSameURLs() async throws {
        let project = try TemporaryFolder.project()
        _ = try await FalhostProcess.run(
            "avatars", "import", project.path + "/scripts/lib/demo_avatars.json", folder: project.url)
        func generate() async throws -> FalhostProcess {
            try await FalhostProcess.run(
                "generate", "--avatar", "demo-anna", "a portrait",
                environment: ["AVATAR_TEST_MODE": "true", "FALHOST_BASE_URL": "http://127.0.0.1:1"], folder: project.url
            )
        }
        let first = try await generate()
        #expect(first.status == 0, "\(first.errors)")
        #expect(first.output.hasPrefix("https://picsum.photos/1024/1024?random=demo-anna&type=portrait&prompt="))
        #expect(first.errors.contains("🧪 [FAL TEST MODE]"))
        #expect(try await generate().output == first.output)
    }

    @Test func editingAPresetOrARuleChangesTheNextRun() async throws {
        let project = try TemporaryFolder.project()
        _ = try await FalhostProcess.run(
            "avatars", "import", project.path + "/scripts/lib/demo_avatars.json", folder: project.url)
        func explain() async throws -> String {
            try await FalhostProcess.run(
                "explain", "--json", "--avatar", "demo-anna", "a portrait", folder: project.url
            )
            .output
        }
        #expect(try await explain().contains("\"num_inference_steps\": 28"))
        try project.file("presets/balanced.lua", "return { num_inference_steps = 7 }")
        try project.file("scripts/rules/30_mood.lua", "return function(p) return p .. ', moody' end")
        let edited = try await explain()
        #expect(edited.contains("\"num_inference_steps\": 7"))
        #expect(edited.contains("TOK woman, a portrait, moody"))
    }

    @Test func withoutAProjectTheMessageSaysWhatToDo() async throws {
        let run = try await FalhostProcess.run("presets", "list")
        #expect(run.status == 78)
        #expect(run.errors.contains("--root"))
    }
}
