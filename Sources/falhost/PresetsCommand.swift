import ArgumentParser
import EventLoop
import Generation
import JSON

/// `falhost presets`: the presets of the project.
struct PresetsCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "presets", abstract: "List and show presets.", subcommands: [List.self, Show.self],
        defaultSubcommand: List.self)

    static let examples = [
        "falhost presets list",
        "falhost presets show portrait",
    ]

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "One line a preset: name, description.")
        @OptionGroup var project: ProjectOptions
        @Flag(help: "Print one JSON document.") var json = false

        func run() throws {
            try runCommand(project) { host in
                let source = try host.presets()
                if try source.presetNames().isEmpty {
                    let folder = try host.projectFolder().presets
                    throw CommandError(.configuration, "no presets: \(folder) is not there or has no .lua files")
                }
                let presets = try source.presetNames().map { try source.preset(named: $0) }
                if json {
                    return try Console.output(JSONValue.array(presets.map { .object($0.json) }))
                }
                for preset in presets { Console.output("\(preset.name)\t\(preset.description ?? "")") }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print one preset, with what it extends, as JSON.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Name of the preset.", completion: ProjectNames.presets) var name: String

        func run() throws {
            try runCommand(project) { host in
                try Console.output(JSONValue.object(try host.presets().preset(named: name).json))
            }
        }
    }
}
