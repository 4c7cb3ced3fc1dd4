import ArgumentParser
import EventLoop
import Generation
import JSON
import Scripting

extension AvatarsCommand {
    struct Find: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "find", abstract: "Print the first avatar that matches as JSON; exit code 66 when none does.")
        @OptionGroup var project: ProjectOptions
        @OptionGroup var filter: AvatarFilterOptions

        func run() throws {
            try runCommand(project) { host in
                guard let avatar = try await host.avatars().avatars(try filter.filter()).first else {
                    throw CommandError(.inputMissing, "no avatar matches")
                }
                try Console.output(.object(avatar.json))
            }
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Add an avatar, a draft with a new id where the fields do not say otherwise.")
        @OptionGroup var project: ProjectOptions
        @OptionGroup var fields: AvatarFieldArguments

        func run() throws {
            try runCommand(project) { host in
                try Console.output(.object(try await host.avatars().create(try fields.changes()).json))
            }
        }
    }

    struct Update: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "update", abstract: "Change the fields that are given, and no others.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the avatar.", completion: ProjectNames.avatars) var id: String
        @OptionGroup var fields: AvatarFieldArguments

        func run() throws {
            try runCommand(project) { host in
                let changes = try fields.changes()
                let avatar = try await host.avatars().change(id) { avatar throws(GenerationError) in
                    try changes.applied(to: avatar)
                }
                try Console.output(.object(avatar.json))
            }
        }
    }

    struct Archive: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "archive", abstract: "Put an avatar away: it makes no pictures and stands in no list.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the avatar.", completion: ProjectNames.avatars) var id: String

        func run() throws {
            try runCommand(project) { host in _ = try await host.avatars().archive(id, true) }
        }
    }

    struct Unarchive: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unarchive", abstract: "Bring an archived avatar back.")
        @OptionGroup var project: ProjectOptions
        @Argument(help: "Id of the avatar (falhost avatars list --archived).", completion: ProjectNames.avatars)
        var id: String

        func run() throws {
            try runCommand(project) { host in _ = try await host.avatars().archive(id, false) }
        }
    }

    struct Pin: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pin",
            abstract:
                "Take down the SHA-256 of LoRA files, or say whether they changed since; exit code 65 when one did.")
        @OptionGroup var project: ProjectOptions
        @Flag(help: "Pin a changed file in place of the old one.") var accept = false
        @Argument(help: "Ids of the avatars.", completion: ProjectNames.avatars) var ids: [String]

        func run() throws {
            try runCommand(project) { host in
                var changed: [String] = []
                for id in ids {
                    let avatar = try await host.avatars().existing(id)
                    let outcome = try await host.pinning().pin(avatar, acceptsChange: accept)
                    Console.output("\(id)\t\(outcome.text)")
                    if case .changed = outcome { changed.append(id) }
                }
                guard changed.isEmpty else {
                    let names = changed.joined(separator: ", ")
                    throw CommandError(
                        .invalidData, "fal's file is another than the pinned one: \(names); --accept pins it")
                }
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Make a canary picture, always the same words and seed, keep it and print its path.")
        @OptionGroup var project: ProjectOptions
        @OptionGroup var budget: BudgetOptions
        @Argument(help: "Id of the avatar.", completion: ProjectNames.avatars) var id: String

        func run() throws {
            try runCommand(project, budget: budget) { host in
                let avatar = try await host.avatars().existing(id)
                let canary = try host.canary()
                let cost = try await canary.cost(avatar)
                Console.note("one picture, \(cost.map { "about \($0)" } ?? "at a price that is not known")")
                if !host.settings.testMode { try ImageFolder(path: try host.imageFolder()).check() }
                host.keepsPictures = true
                var change: AvatarPinning.Outcome?
                if avatar.loraSHA256 != nil, !host.settings.testMode {
                    change = try await host.pinning().pin(avatar)
                }
                let (result, files) = try await canary.check(avatar)
                (files.isEmpty ? result.urls : files).forEach(Console.output)
                if case .changed? = change, let change {
                    throw CommandError(.invalidData, "the LoRA file of \(id) has \(change.text)")
                }
            }
        }
    }
}
