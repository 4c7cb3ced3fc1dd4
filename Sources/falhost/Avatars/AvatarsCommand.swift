import ArgumentParser
import EventLoop
import Generation
import JSON
import Scripting
import Store

/// `falhost avatars`: the avatars that the project knows.
struct AvatarsCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "avatars", abstract: "Make, list, change, import, pin and check avatars.",
        subcommands: [
            List.self, Find.self, Show.self, Create.self, Update.self, Archive.self, Unarchive.self, Pin.self,
            Check.self, Import.self, Export.self, Remove.self,
        ], defaultSubcommand: List.self)

    static let examples = [
        "falhost avatars import avatars.csv --dry-run   # what an import would change; then without",
        "falhost avatars list --status completed --user 42",
        "falhost avatars create id=boris name=Boris training_type=portrait",
        "falhost avatars update anna \"trigger_phrase=TOK woman\"",
        "falhost avatars pin anna                       # and later: has fal's file changed?",
        "falhost avatars check anna                     # one canary picture",
        "falhost avatars export > avatars.json",
    ]

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "One line an avatar: id, type, status, name.")
        @OptionGroup var project: ProjectOptions
        @OptionGroup var filter: AvatarFilterOptions
        @Flag(help: "Print one JSON document.") var json = false

        func run() throws {
            try runCommand(project) { host in
                let avatars = try await host.avatars().avatars(try filter.filter())
                if json { return try Console.output(AvatarsCommand.document(avatars)) }
                if avatars.isEmpty {
                    let isProjectEmpty = try await host.avatars().avatars().isEmpty
                    Console.note(isProjectEmpty ? "no avatars yet: falhost avatars import FILE" : "no avatar matches")
                }
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

    static func document(_ avatars: [Avatar]) -> JSONValue {
        .array(avatars.map { .object($0.json) })
    }
}
