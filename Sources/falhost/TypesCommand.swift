import ArgumentParser
import Scripting

/// `falhost types`: what editors want to know about the modules of scripts.
struct TypesCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "types", abstract: "Write types for lua-language-server, or the reference of all functions.")

    static let examples = [
        "falhost types                        # into .falhost/types of the project",
        "falhost types --out library/         # somewhere else",
        "falhost types --print                # to standard output",
        "falhost types --reference            # the reference, as Markdown, to standard output",
    ]

    @Option(
        help: ArgumentHelp("Project folder, the one that holds presets/ and scripts/.", valueName: "folder"),
        completion: .directory)
    var root: String?
    @Option(
        help: ArgumentHelp("Where the files go (default: .falhost/types in the project).", valueName: "folder"),
        completion: .directory)
    var out: String?
    @Flag(name: .customLong("print"), help: "Print all types as one text.") var prints = false
    @Flag(help: "Print the reference as Markdown.") var reference = false

    func validate() throws {
        let choices = [out != nil, prints, reference].count { $0 }
        if choices > 1 { throw ValidationError("--out, --print and --reference exclude each other.") }
    }

    func run() throws {
        Console.reserveStandardStreams()
        if reference {
            return Console.output(String(ReferencePage.text(for: ScriptDeclarations.modules).dropLast()))
        }
        let files = StubWriter.files(for: ScriptDeclarations.modules)
        if prints { return Console.output(files.map(\.text).joined(separator: "\n")) }
        let folder = try out ?? projectFolder()
        for file in files {
            try NewFile.write(file.text, to: folder + "/" + file.name)
            Console.output(folder + "/" + file.name)
        }
    }

    private func projectFolder() throws -> String {
        let named = root ?? Environment.value("FALHOST_ROOT")
        guard let project = try Project.locate(named: named, script: nil) else {
            throw CommandError(
                .configuration,
                "no project here: no folder above the current one has presets/; name one with --root, or a place with --out"
            )
        }
        return project.data + "/types"
    }
}
