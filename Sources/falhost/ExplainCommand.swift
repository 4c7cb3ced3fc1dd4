import ArgumentParser
import EventLoop
import Generation
import JSON

/// `falhost explain`: what `generate` would send, and where each value comes from.
struct ExplainCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what would be sent, and where each value comes from; sends nothing.")

    static let examples = [
        "falhost explain --avatar anna --preset portrait \"smiling portrait in a park\"",
        "falhost explain --avatar anna --json \"by the sea\"   # for programs",
    ]

    @OptionGroup var config: ConfigOptions
    @OptionGroup var project: ProjectOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        let config = config
        try runCommand(project) { host in
            let explanation = try await host.service().explain(config.request())
            if json { try Console.output(.object(explanation.json)) } else { Console.output(try explanation.text()) }
        }
    }
}
