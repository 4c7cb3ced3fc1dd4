import ArgumentParser
import EventLoop
import Generation
import Scripting

/// `falhost init`: a project that runs.
struct InitCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a new project: presets, rules, a script, and settings for editors and luacheck.")

    static let examples = [
        "falhost init pictures                # a new folder",
        "falhost init                         # the current folder",
    ]

    @Argument(help: "The project's folder; made when it is not there.", completion: .directory) var folder = "."
    @Flag(help: "Replace files that are there already.") var force = false

    func run() throws {
        Console.reserveStandardStreams()
        let files = Self.files
        // The types are ours: nobody's work is lost with them.
        let present = files.map(\.name).filter { !$0.hasPrefix(".falhost/") && NewFile.exists(path($0)) }
        if !force, !present.isEmpty {
            throw CommandError(
                .cannotCreate,
                "\(folder) has \(present.joined(separator: ", ")) already: nothing was written (--force replaces)")
        }
        for file in files {
            try NewFile.write(file.text, to: path(file.name))
            Console.output(path(file.name))
        }
        try importAvatars()
        Console.note("Now, without a key:")
        Self.nextSteps(folder).forEach { Console.note("  " + $0) }
    }

    /// The made-up avatars that script and prompts name; those that the project has already stay as they are.
    private func importAvatars() throws {
        try runCommand(try ProjectOptions.parse(["--root", folder])) { host in
            let store = try host.avatars()
            let file = path("scripts/lib/demo_avatars.json")
            let shipped = try AvatarImport(try SourceFile.read(file), file: file)
            let plan = AvatarImportPlan(shipped, over: try await store.avatars())
            try await store.save(plan.steps.filter { $0.outcome == .added }.map(\.avatar))
        }
    }

    private static func nextSteps(_ folder: String) -> [String] {
        let enter = folder == "." ? [] : ["cd \(RemakeCommand.quoted(folder))"]
        return enter + [
            "falhost --simulate scripts/quickstart.lua    # six pictures of two made-up avatars",
            "falhost batch prompts.csv --simulate         # the pictures of a table",
            "falhost gallery                              # what the last run made, as a page",
        ]
    }

    private func path(_ name: String) -> String {
        folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }

    /// Everything that a project begins with, by the path below its folder.
    private static var files: [(name: String, text: String)] {
        let modules = ScriptDeclarations.modules
        let types = StubWriter.files(for: modules).map { (".falhost/types/" + $0.name, $0.text) }
        let settings = [
            (".gitignore", ".falhost/\n"), (".luacheckrc", LuacheckSettings.text(for: modules)),
            (".luarc.json", languageServerSettings), (ProjectSettingsFile.name, NewProjectSettings.text),
        ]
        return settings + ShippedFiles.all.map { ($0.name, String(describing: $0.text)) } + types
    }

    /// Keys as in LuaLS's own settings, without their "Lua." prefix.
    private static let languageServerSettings = """
        {
          "$schema": "https://raw.githubusercontent.com/LuaLS/vscode-lua/master/setting/schema.json",
          "runtime": {
            "version": "Lua 5.4",
            "path": ["?.lua", "?/init.lua", "scripts/?.lua", "scripts/lib/?.lua"]
          },
          "workspace": {
            "library": [".falhost/types"],
            "checkThirdParty": false
          }
        }

        """
}
