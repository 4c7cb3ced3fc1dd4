import Foundation
import Simulator
import Testing

/// Bad avatars, prompts, scripts, settings and networks: one clear line, the right exit code, nothing half-written.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct BadInputTests {
    // MARK: Avatars

    struct AvatarFile: Sendable, CustomTestStringConvertible {
        let text: String
        let words: [String]
        var testDescription: String { text }
    }

    private static let good = #"{"id": "good", "name": "G", "training_type": "style", "status": "draft"}"#

    static let avatarFiles: [AvatarFile] = [
        AvatarFile(
            text: "[\(good), {\"id\": \"b\", \"name\": \"B\", \"status\": \"draft\"}]",
            words: ["[1].training_type is missing"]),
        AvatarFile(text: "[\(good), {\"id\": 5}]", words: ["[1].id must be a string", "[1].name is missing"]),
        AvatarFile(text: "[\(good), \(good)]", words: ["[1].id", "good", "[0]"]),
        AvatarFile(text: "[\(good), 7]", words: ["[1] must be an object"]),
        AvatarFile(text: "[\(good)", words: ["not JSON", "ends too early"]),
        AvatarFile(text: "", words: ["not JSON"]),
        AvatarFile(text: "avatars:\n  - anna\n", words: ["not JSON", "byte 0"]),
        AvatarFile(text: "{\"people\": []}", words: ["a list of avatars"]),
        AvatarFile(text: "\"anna\"", words: ["a list of avatars"]),
    ]

    @Test(arguments: avatarFiles)
    func aBadAvatarFileIsRefusedWholeAndNamed(file: AvatarFile) async throws {
        let input = try await BadInput()
        let path = try input.project.file("mine.json", file.text).path
        try await input.expect(65, file.words + [path], from: ["avatars", "import", path])
        let left = try await FalhostProcess.run("avatars", "list", folder: input.project.url).output
        #expect(left.split(separator: "\n").count == 2, "\(left)")
    }

    @Test func anAvatarFileThatCannotBeReadIsNamed() async throws {
        let input = try await BadInput()
        try await input.expect(66, ["nowhere.json", "No such file"], from: ["avatars", "import", "nowhere.json"])
        try await input.expect(74, ["presets", "directory"], from: ["avatars", "import", "presets"])
        let file = try input.project.file(
            "latin1.json", contents: Data(#"[{"id": ""#.utf8 + [0xE9] + Data(#""}]"#.utf8)))
        try await input.expect(65, ["latin1.json", "byte 9"], from: ["avatars", "import", file.path])
    }

    @Test func anAvatarTableInAScriptIsNotSaidToBeUnsaved() async throws {
        let script = "require('fal').generate_avatar_image({ id = 'a', name = 'A', status = 'completed' }, 'x')"
        let input = try await BadInput()
        let run = try await FalhostProcess.run("--simulate", "-e", script, folder: input.project.url)
        #expect(run.status == 1)
        #expect(run.errors.contains("invalid avatar: training_type is missing"), "\(run.errors)")
        #expect(!run.errors.contains("saved"), "\(run.errors)")
    }

    @Test func anUnknownAvatarNamesTheNearest() async throws {
        try await BadInput().expect(
            65, ["demo-ana", "did you mean demo-anna?", "avatar_not_found"],
            from: ["generate", "--simulate", "--avatar", "demo-ana", "x"])
    }

    // MARK: Prompts

    @Test(arguments: ["", "   ", "\t\n"])
    func anEmptyPromptIsRefused(prompt: String) async throws {
        try await BadInput().expect(65, ["the prompt is empty", "invalid_prompt"], from: BadInput.generate(prompt))
    }

    @Test func aPromptOf100KilobytesIsRefused() async throws {
        let prompt = String(repeating: "x", count: 100_000)
        try await BadInput().expect(65, ["too long", "100000 bytes", "8192"], from: BadInput.generate(prompt))
    }

    /// Swift hands on repaired arguments: the shell passes the bytes as they are.
    @Test(arguments: ["generate --simulate", "explain"])
    func aPromptThatIsNotUTF8IsRefused(command: String) async throws {
        let input = try await BadInput()
        let run = try await FalhostProcess.shell(
            #"exec "$FALHOST" \#(command) --avatar demo-anna "$(printf 'caf\351')""#, folder: input.project.url)
        #expect(run.status == 65, "\(run.output)")
        #expect(run.errors == "falhost: the prompt is not UTF-8 at byte 3 [invalid_prompt]\n")
    }

    // MARK: Scripts

    @Test func scriptsThatCannotBeReadAreNamed() async throws {
        let input = try await BadInput()
        try await input.expect(66, ["nowhere.lua", "No such file"], from: ["nowhere.lua"])
        try await input.expect(74, ["scripts", "directory"], from: ["scripts"])
    }

    @Test func aSyntaxErrorIsOneLineWithoutATraceback() async throws {
        let input = try await BadInput()
        let script = try input.project.file("s.lua", "local fal = require 'fal'\nlocal x = = 2\n").path
        try await input.expect(1, ["falhost: \(script):2: unexpected symbol near '='"], from: [script])
        try await input.expect(1, ["falhost: (command line):1: "], from: ["-e", "for"])
    }

    @Test func anUncaughtErrorIsALineAndATraceback() async throws {
        let input = try await BadInput()
        let script = try input.project.file("s.lua", "local function f()\n  error 'not today'\nend\nf()\n").path
        let run = try await FalhostProcess.run(script, folder: input.project.url)
        #expect(run.status == 1)
        let lines = run.errors.split(separator: "\n").map(String.init)
        #expect(lines.first == "falhost: \(script):2: not today")
        #expect(lines.dropFirst().first == "stack traceback:")
        #expect(lines.contains { $0.contains(":4: in main chunk") }, "\(run.errors)")
    }

    @Test func aModuleThatDoesNotExistSaysWhereItWasLookedFor() async throws {
        let input = try await BadInput()
        let run = try await FalhostProcess.run("-e", "require 'nothing'", folder: input.project.url)
        #expect(run.status == 1)
        #expect(run.errors.contains("module 'nothing' not found"), "\(run.errors)")
        #expect(run.errors.contains(input.project.path + "/scripts/lib/nothing.lua"), "\(run.errors)")
    }

    // MARK: Settings and network

    @Test func settingsThatAreWrongAreNamed() async throws {
        let input = try await BadInput()
        let generate = ["generate", "--avatar", "demo-anna", "x"]
        func expect(_ name: String, _ value: String, _ words: String...) async throws {
            try await input.expect(78, words + [name], from: generate, environment: [name: value, "FAL_KEY": "x:y"])
        }
        try await expect("FALHOST_BASE_URL", "ftp://127.0.0.1:1", "http or https", "ftp://127.0.0.1:1")
        try await expect("FALHOST_BASE_URL", "http://192.0.2.1", "https", "loopback")
        try await expect("FAL_QUEUE_RUN_HOST", "http://192.0.2.1", "https")
        try await expect("FALHOST_LOG", "loud", "loud", "debug")
        try await input.expect(66, ["/nonexistent"], from: generate, environment: ["FALHOST_ROOT": "/nonexistent"])
        try await input.expect(77, ["FAL_KEY", "missing_api_key"], from: generate)
    }

    @Test func withoutANetworkTheMessageNamesTheHost() async throws {
        try await BadInput().expect(
            69, ["127.0.0.1", "connect", "[network]"], from: ["generate", "--avatar", "demo-anna", "x"],
            environment: ["FALHOST_BASE_URL": "http://127.0.0.1:1", "FAL_KEY": "x:y"])
    }

    @Test func aPictureThatBreaksOffIsNotLeftBehind() async throws {
        let input = try await BadInput()
        try await withSimulator(faults: ["download:cut-body:times=always"]) { simulator in
            let folder = input.project.path + "/pictures"
            let run = try await FalhostProcess.run(
                ["generate", "--avatar", "demo-anna", "--preset", "fast", "--out", folder, "x"],
                environment: simulator.environment(), folder: input.project.url)
            #expect(run.status == 69, "\(run.errors)")
            #expect(run.complaints.count == 1, "\(run.errors)")
            #expect(run.errors.contains(simulator.baseURL), "where the paid picture is must be said: \(run.errors)")
            #expect(!FileManager.default.fileExists(atPath: folder), "nothing was to be written")
        }
    }

    // MARK: Standard streams

    @Test(arguments: [">&-", "> /dev/full"], ["avatars list", "-e 'print(1)'", "explain --avatar demo-anna x"])
    func outputThatCannotBeWrittenIsAnError(redirection: String, command: String) async throws {
        if redirection.contains("full"), !FileManager.default.fileExists(atPath: "/dev/full") { return }
        let input = try await BadInput()
        let run = try await FalhostProcess.shell(
            #"exec "$FALHOST" \#(command) \#(redirection)"#, folder: input.project.url)
        #expect(run.status == 74, "\(run.errors)")
        #expect(run.errors.hasPrefix("falhost: cannot write to standard output: "), "\(run.errors)")
        #expect(run.complaints.count == 1, "\(run.errors)")
    }

    @Test func closedStreamsAreNotTakenByTheDatabase() async throws {
        let input = try await BadInput()
        let run = try await FalhostProcess.shell(
            #""$FALHOST" generate --simulate --avatar demo-anna x <&- >&- 2>&-; "$FALHOST" avatars list"#,
            folder: input.project.url)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count == 2, "the database was written over: \(run.output)")
        #expect(run.errors.isEmpty, "\(run.errors)")
    }

    @Test func aReaderThatGoesAwayIsNoError() async throws {
        let input = try await BadInput()
        // A script ends as under lua(1): by what the shell shows as a broken pipe.
        // What fits into the pipe may all be there before its reader has left.
        let commands = [
            ("explain --avatar demo-anna x", ["0", "141"]),
            ("-e 'for i = 1, 100000 do print(i) end'", ["141"]),
        ]
        for (command, statuses) in commands {
            let run = try await FalhostProcess.shell(
                #"{ "$FALHOST" \#(command); echo "ended with $?" >&2; } | true"#, folder: input.project.url)
            #expect(statuses.map { "ended with \($0)\n" }.contains(run.errors), "\(run.errors)")
        }
    }

    @Test func programsThatAScriptStartsAreEndedByABrokenPipe() async throws {
        let run = try await FalhostProcess.run("-e", "os.execute 'yes | head -n 1'")
        #expect(run.output == "y\n")
        #expect(run.errors.isEmpty, "\(run.errors)")
    }
}
