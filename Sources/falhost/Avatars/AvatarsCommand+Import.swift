import ArgumentParser
import EventLoop
import Generation
import Scripting

extension AvatarsCommand {
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Save the avatars of a JSON or CSV file, the earlier service's too; all of them or none.")
        @OptionGroup var project: ProjectOptions
        @Flag(help: "Change nothing: print what an import would do with each avatar.") var dryRun = false
        @Argument(
            help: "A JSON or CSV file, or - for standard input.", completion: .file(extensions: ["json", "csv"]))
        var file: String

        func run() throws {
            try runCommand(project) { host in
                let contents = try AvatarImport(
                    try SourceFile.read(file), file: file == "-" ? "standard input" : file)
                let plan = AvatarImportPlan(contents, over: try await host.avatars().avatars())
                if !dryRun { try await host.avatars().save(plan.avatars) }
                contents.notes.forEach(Console.note)
                for step in plan.steps {
                    if dryRun { Console.output(Self.line(step.avatar, step.outcome)) }
                    if let note = step.note { Console.note("\(step.avatar.id): \(note)") }
                }
                Console.note((dryRun ? "would import " : "imported ") + plan.summary)
            }
        }

        /// `changed`, the id and the fields.
        private static func line(_ avatar: Avatar, _ outcome: AvatarImportPlan.Outcome) -> String {
            var cells = [outcome.word, avatar.id]
            if case .changed(let fields) = outcome { cells.append(fields.map(\.rawValue).joined(separator: ",")) }
            return cells.joined(separator: "\t")
        }
    }
}
