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
            CompareCommand.self, GalleryCommand.self, TrainCommand.self,
            PresetsCommand.self, StatsCommand.self, JobsCommand.self, ResumeCommand.self, RedoCommand.self,
            SimulateCommand.self, ServeCommand.self, CheckCommand.self, TestCommand.self, DoctorCommand.self,
            InitCommand.self,
            TypesCommand.self,
            LuaCommand.self,
        ],
        defaultSubcommand: RunCommand.self
    )

    static let version = "0.1.0"

    static var commands: [any ParsableCommand.Type] { configuration.subcommands }

    static func main() {
        LuaCommand.runIfAsked()
        Interrupts.handleBrokenPipes()
        do {
            if let topic = try HelpPages.topic(CommandLine.arguments.dropFirst()) {
                Console.output(topic)
                terminate(.success)
            }
            var command = try parseAsRoot()
            try command.run()
        } catch {
            leave(with: error)
        }
    }

    /// Ends the process: help and version on standard output, one line on standard error for everything else.
    private static func leave(with error: any Error) -> Never {
        let error = commandError(error)
        if let ending = error as? ScriptExit { terminate(ending.code) }
        if let error = error as? CommandError {
            if !error.message.isEmpty { Console.note("falhost: \(error.message)") }
            terminate(error.exitCode)
        }
        let message = fullMessage(for: error)
        if exitCode(for: error) == .success {
            let words = CommandLine.arguments.dropFirst()
            let isHelp = message.contains("USAGE:")
            if isHelp, let examples = HelpPages.examples(words) { Console.output(examples) }
            Console.output(isHelp ? message : HelpWordCompletion.adding(to: message))
            if isHelp, let end = HelpPages.end(words) { Console.output(end) }
            terminate(.success)
        }
        Console.note(message)
        terminate(.usage)
    }
}

/// A command whose help begins with examples.
protocol Exampled {
    /// Lines as one types them, each with a remark after `#`.
    static var examples: [String] { get }
}
