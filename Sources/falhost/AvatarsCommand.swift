import ArgumentParser
import EventLoop
import Generation
import JSON
import Scripting
import Store

/// `falhost avatars`: the avatars that the project knows.
struct AvatarsCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "avatars", abstract: "List, show, import, export and remove avatars.",
        subcommands: [List.self, Show.self, Import.self, Export.self, Remove.self], defaultSubcommand: List.self)

    static let examples = [
        "falhost avatars import avatars.json   # an array of avatars, all or none",
        "falhost avatars list",
        "falhost avatars show anna",
        "falhost avatars export > avatars.json",
        "falhost avatars remove anna",
    ]

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "One line an avatar: id, type, status, name.")
        @OptionGroup var project: ProjectOptions
        @Flag(help: "Print one JSON document.") var json = false

        func run() throws {
            try runCommand(project) { host in
                let avatars = try await host.avatars().avatars()
                if json { return try Console.output(AvatarsCommand.document(avatars)) }
                if avatars.isEmpty { Console.note("no avatars yet: falhost avatars import FILE") }
                for avatar in avatars {
                    Console.output(
                        [avatar.id, avatar.trainingType, avatar.status, avatar.name].joined(separator: "\t"))
                }
            }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Print one avatar as JSON.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the avatar.", completion: ProjectNames.avatars) var id: String

        func run() throws {
            try runCommand(project) { host in
                try Console.output(.object(try await host.avatars().existing(id).json))
            }
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Save the avatars of a JSON file; all of them or none.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "A JSON file, or - for standard input.", completion: .file(extensions: ["json"])) var file:
            String

        func run() throws {
            try runCommand(project) { host in
                let avatars = try AvatarFile.parse(
                    try SourceFile.read(file), file: file == "-" ? "standard input" : file)
                try await host.avatars().save(avatars)
                Console.note("imported \(avatars.count) avatar\(avatars.count == 1 ? "" : "s")")
            }
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print all avatars as a JSON array.")
        @OptionGroup var project: ProjectOptions

        func run() throws {
            try runCommand(project) { host in
                try Console.output(AvatarsCommand.document(try await host.avatars().avatars()))
            }
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "remove", abstract: "Forget an avatar.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the avatar.", completion: ProjectNames.avatars) var id: String

        func run() throws {
            try runCommand(project) { host in
                let avatar = try await host.avatars().existing(id)
                _ = try await host.avatars().remove(id: avatar.id)
            }
        }
    }

    private static func document(_ avatars: [Avatar]) -> JSONValue {
        .array(avatars.map { .object($0.json) })
    }
}
