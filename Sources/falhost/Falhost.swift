import ArgumentParser
import Scripting

/// The command line: `falhost script.lua`, and the commands beside it.
@main
struct Falhost: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "falhost",
        abstract: "Run Lua scripts that make pictures with trained avatars on fal.ai.",
        usage: """
            falhost [options] script.lua [args]
            falhost [options] -e 'chunk' [args]
            falhost [options] - [args]
            falhost [options]
            falhost <command> ...
            """,
        version: "falhost \(Falhost.version)",
        subcommands: [
            RunCommand.self, GenerateCommand.self, BatchCommand.self, ExplainCommand.self, AvatarsCommand.self,
            CompareCommand.self, GalleryCommand.self,
            PresetsCommand.self, StatsCommand.self, JobsCommand.self, ResumeCommand.self, RedoCommand.self,
            SimulateCommand.self, CheckCommand.self, TestCommand.self, DoctorCommand.self, InitCommand.self, TypesCommand.self,
            LuaCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    static let version = "0.1.0"

    static func main() {
        LuaCommand.runIfAsked()
        Interrupts.handleBrokenPipes()
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            leave(with: error)
        }
    }

    /// Ends the process: help and version on standard output, one line on standard error for everything else.
    private static func leave(with error: any Error) -> Never {
        if let ending = error as? ScriptExit { terminate(ending.code) }
        if let error = error as? CommandError {
            if !error.message.isEmpty { Console.note("falhost: \(error.message)") }
            terminate(error.exitCode)
        }
        let message = fullMessage(for: error)
        if exitCode(for: error) == .success {
            if let examples = helpExamples(CommandLine.arguments.dropFirst()), message.contains("USAGE:") {
                Console.output(examples + "\n")
            }
            Console.output(message)
            if CommandLine.arguments.dropFirst().first == "simulate" {
                Console.output(SimulateCommand.faultTable + "\n")
            }
            terminate(.success)
        }
        Console.note(message)
        terminate(.usage)
    }

    /// The examples that a help page begins with.
    private static func helpExamples(_ arguments: ArraySlice<String>) -> String? {
        let words = arguments.filter { !$0.hasPrefix("-") && $0 != "help" }
        let commands: [String: any Exampled.Type] = [
            "generate": GenerateCommand.self, "batch": BatchCommand.self, "explain": ExplainCommand.self,
            "avatars": AvatarsCommand.self,
            "compare": CompareCommand.self, "gallery": GalleryCommand.self,
            "presets": PresetsCommand.self, "jobs": JobsCommand.self, "resume": ResumeCommand.self,
            "redo": RedoCommand.self, "stats": StatsCommand.self, "doctor": DoctorCommand.self,
            "check": CheckCommand.self, "test": TestCommand.self, "simulate": SimulateCommand.self,
            "init": InitCommand.self, "types": TypesCommand.self,
        ]
        let examples = words.first.map { commands[$0]?.examples } ?? RunCommand.examples
        guard let examples else { return nil }
        return "EXAMPLES:\n" + examples.map { "  " + $0 }.joined(separator: "\n")
    }
}

/// A command whose help begins with examples.
protocol Exampled {
    /// Lines as one types them, each with a remark after `#`.
    static var examples: [String] { get }
}
