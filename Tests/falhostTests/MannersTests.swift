import Foundation
import Testing

/// Every command in every situation that a Unix command meets: how it ends, and what stands on which stream.
@Suite(.timeLimit(.minutes(5)))
struct MannersTests {
    /// A command as the parser describes it.
    struct Command: Sendable, CustomTestStringConvertible {
        let path: [String]
        /// The long names of its options that take a value.
        let options: [String]

        var name: String { path.joined(separator: " ") }
        var testDescription: String { name.isEmpty ? "falhost" : name }
        /// lua(1) has its own options, messages and codes.
        var isLua: Bool { path == ["lua"] }

        /// Arguments that it does something with, in a project with the two avatars of the examples.
        var working: [String] { Self.working[name] ?? [] }

        private static let working = [
            "": ["-e", "print('printed')"],
            "run": ["-e", "print('printed')"],
            "generate": ["--simulate", "--avatar", "demo-anna", "a portrait"],
            "batch": ["prompts.txt", "--simulate", "--avatar", "demo-anna"],
            "explain": ["--avatar", "demo-anna", "a portrait"],
            "avatars show": ["demo-anna"],
            "avatars import": ["scripts/lib/demo_avatars.json"],
            "avatars remove": ["demo-noir"],
            "presets show": ["fast"],
            "doctor": ["--offline"],
            "serve": ["--webhook-port", "0", "--simulate", "scripts/quickstart.lua"],
            "init": ["new"],
            "lua": ["-e", "print('printed')"],
        ]
    }

    static let commands: [Command] = {
        struct Document: Decodable { let command: Description }
        struct Description: Decodable {
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Description]?
        }
        struct Argument: Decodable {
            let kind: String
            let names: [Name]?
        }
        struct Name: Decodable {
            let kind: String
            let name: String
        }
        func commands(_ description: Description, _ path: [String]) -> [Command] {
            let options = (description.arguments ?? []).filter { $0.kind == "option" }
                .flatMap { $0.names ?? [] }.filter { $0.kind == "long" }.map(\.name)
            let inner = (description.subcommands ?? []).filter { $0.commandName != "help" }
                .flatMap { commands($0, path + [$0.commandName]) }
            return [Command(path: path, options: options)] + inner
        }
        do {
            let text = try FalhostProcess.runBlocking("--experimental-dump-help").output
            return commands(try JSONDecoder().decode(Document.self, from: Data(text.utf8)).command, [])
        } catch {
            Issue.record("the commands are not known: \(error)")
            return []
        }
    }()

    /// Those that come to an end by themselves.
    static let endingCommands = commands.filter { $0.path != ["simulate"] }

    /// The database of a project that has the two avatars of the examples.
    private static let database = Result {
        let project = try TemporaryFolder.project()
        let run = try FalhostProcess.runBlocking(
            "avatars", "import", "scripts/lib/demo_avatars.json", folder: project.url)
        #expect(run.status == 0, "\(run.errors)")
        // With the log of what is not in the file itself yet.
        return try Dictionary(
            uniqueKeysWithValues: ["falhost.db", "falhost.db-wal"].map { name in
                (name, try Data(contentsOf: project.url.appendingPathComponent(".falhost/\(name)")))
            })
    }

    private func project() throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        try project.file("prompts.txt", "a portrait\n")
        for (name, contents) in try Self.database.get() { try project.file(".falhost/\(name)", contents: contents) }
        return project
    }

    private static let escape = "\u{1B}"

    /// The command at work, in a project of its own.
    private func work(_ command: Command, environment: [String: String] = [:]) async throws -> FalhostProcess {
        let project = try project()
        return try await FalhostProcess.run(
            command.path + command.working, environment: environment, folder: project.url)
    }

    /// The same in a shell, where it is `COMMAND`.
    private func shell(_ command: Command, _ script: String) async throws -> FalhostProcess {
        let project = try project()
        let words = #""$FALHOST" "# + Self.words(command)
        return try await FalhostProcess.shell(
            script.replacingOccurrences(of: "COMMAND", with: words), folder: project.url)
    }

    private static func words(_ command: Command) -> String {
        (command.path + command.working).map { "'\($0.replacingOccurrences(of: "'", with: #"'\''"#))'" }
            .joined(separator: " ")
    }

    @Test func allCommandsAreTried() {
        #expect(Self.commands.count > 25)
    }

    @Test(arguments: commands)
    func helpIsDataAndBeginsWithExamples(command: Command) async throws {
        let run = try await FalhostProcess.run(command.path + ["--help"])
        if command.isLua { return #expect(run.status == 1 && run.output.isEmpty) }
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("EXAMPLES:\n  "), "\(run.output)")
        #expect(run.output.contains("\nUSAGE: "))
        #expect(!run.output.contains(Self.escape))
        #expect(run.errors.isEmpty)
    }

    @Test(arguments: commands)
    func aWrongOptionIsWrongUsage(command: Command) async throws {
        let run = try await FalhostProcess.run(command.path + ["--no-such-option"])
        #expect(run.status == (command.isLua ? 1 : 64), "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(!run.errors.isEmpty && !run.errors.contains(Self.escape))
    }

    @Test(arguments: commands)
    func anOptionThatIsNearlyRightIsNamed(command: Command) async throws {
        // What these do not know may be a script's.
        guard !["run", "serve"].contains(command.name), let option = command.options.first(where: { $0.count > 3 })
        else { return }
        let run = try await FalhostProcess.run(command.path + ["--\(option)x=1"])
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
        if run.errors.contains("Missing expected argument") { return }
        #expect(run.errors.contains("id you mean '--\(option)'?"), "\(run.errors)")
    }

    /// In a folder without a project, and with nothing to read.
    @Test(arguments: endingCommands)
    func withoutArgumentsItSaysWhatIsMissing(command: Command) async throws {
        let environment = ["FALHOST_BASE_URL": "http://127.0.0.1:1"]
        let run = try await FalhostProcess.run(command.path, environment: environment)
        let name = command.name
        if ["", "run", "init", "lua"].contains(name) {
            #expect(run.status == 0, "\(run.errors)")
        } else {
            #expect([64, 66, 77, 78].contains(run.status), "\(run.status): \(run.errors)")
            #expect(!run.errors.isEmpty)
            if name != "doctor" { #expect(run.output.isEmpty, "\(run.output)") }
        }
    }

    @Test(arguments: endingCommands)
    func aClosedOutputIsAnErrorOnlyForWhatIsWritten(command: Command) async throws {
        let plain = try await work(command)
        let run = try await shell(command, "COMMAND >&-")
        #expect(run.output.isEmpty)
        if plain.output.isEmpty || run.status == plain.status && plain.status != 0 {
            return #expect(run.status == plain.status, "\(run.errors)")
        }
        #expect(run.status == (command.isLua ? 0 : 74), "\(run.errors)")
        if !command.isLua { #expect(run.errors.contains("cannot write to standard output"), "\(run.errors)") }
    }

    @Test(arguments: endingCommands)
    func aReaderThatWentAwayEndsItQuietly(command: Command) async throws {
        let plain = try await work(command)
        // The pipe's reader has ended before falhost begins: `wait` has seen it.
        let run = try await shell(
            command, #"mkfifo gone; : <gone & exec 3>gone; wait; COMMAND >&3; echo "ended with $?""#)
        let statuses = plain.output.isEmpty ? [plain.status] : [141, plain.status]
        #expect(statuses.contains { run.output == "ended with \($0)\n" }, "\(run.output) \(run.errors)")
        #expect(!run.errors.lowercased().contains("pipe") && !run.errors.contains("cannot write"), "\(run.errors)")
    }

    @Test(arguments: endingCommands)
    func aPipeGetsNoEscapeSequences(command: Command) async throws {
        let plain = try await work(command, environment: ["TERM": "xterm"])
        #expect(!plain.output.contains(Self.escape) && !plain.errors.contains(Self.escape))
        let piped = try await shell(command, #"{ COMMAND; echo "ended with $?" >&2; } | cat"#)
        #expect(piped.errors.hasSuffix("ended with \(plain.status)\n"), "\(piped.errors)")
        #expect(piped.output.isEmpty == plain.output.isEmpty)
    }

    @Test(arguments: endingCommands)
    func aTerminalWithNoColourHasNoColours(command: Command) async throws {
        let home = try TemporaryFolder()
        let project = try project()
        let terminal = try TerminalFalhost(
            command.path + command.working, environment: ["NO_COLOR": "1"], home: home, folder: project.url)
        // What reads lines here sees their end.
        terminal.type("\u{4}")
        let (status, output) = await terminal.ending()
        #expect(status < 128, "\(output)")
        #expect(output.firstMatch(of: /\u{1B}\[[0-9;]*m/) == nil, "\(output.debugDescription)")
    }

    @Test(arguments: endingCommands)
    func aRussianLocaleChangesNoCodeAndNoStream(command: Command) async throws {
        let english = try await work(command)
        let russian = try await work(command, environment: ["LANG": "ru_RU.UTF-8"])
        #expect(russian.status == english.status, "\(russian.errors)")
        #expect(russian.output.isEmpty == english.output.isEmpty)
    }

    static let russianErrors: [(arguments: [String], status: Int32, text: String)] = [
        (["avatars", "show", "demo-ana"], 65, "Аватар demo-ana не найден; возможно, demo-anna?"),
        (["avatars", "remove", "x"], 65, "Аватар x не найден"),
        (["presets", "show", "fats"], 65, "Неизвестный пресет fats; возможно, fast?"),
        (["generate", "--simulate", "--avatar", "x", "p"], 65, "Аватар x не найден"),
        (["generate", "--avatar", "demo-anna", "p"], 77, "Ключ FAL не задан"),
        (["explain", "--avatar", "demo-anna", "--preset", "x", "p"], 65, "Неизвестный пресет x"),
        (["explain", "--avatar", "demo-anna", " "], 65, "Промпт пуст"),
        (["resume"], 77, "Ключ FAL не задан"),
        (["-e", "require('fal').generate_avatar_image('x', 'p')"], 1, "Аватар x не найден"),
    ]

    @Test(arguments: russianErrors)
    func whatADomainErrorSaysIsRussian(arguments: [String], status: Int32, text: String) async throws {
        let project = try project()
        let run = try await FalhostProcess.run(arguments, environment: ["LANG": "ru_RU.UTF-8"], folder: project.url)
        #expect(run.status == status, "\(run.errors)")
        #expect(run.output.isEmpty)
        #expect(run.errors.contains(text), "\(run.errors)")
    }
}
