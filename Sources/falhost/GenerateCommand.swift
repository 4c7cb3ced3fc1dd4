import ArgumentParser
import EventLoop
import FalClient
import Generation
import JSON
import Scripting

/// `falhost generate`: one generation without a script.
struct GenerateCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Make pictures from one prompt and print where they are.")

    static let examples = [
        "falhost generate --avatar anna \"smiling portrait in a park\"",
        "falhost generate --avatar anna --preset quality --set num_images=4 --out pictures \"by the sea\"",
        "falhost generate --simulate --avatar anna --json \"try it without a key\"",
    ]

    @OptionGroup var config: ConfigOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var pacing: PacingOptions

    @Flag(help: "Print the whole result as one JSON document.")
    var json = false

    @Argument(help: "What the picture shows.")
    var prompt: String

    func run() throws {
        let (config, prompt) = (config, prompt)
        try runCommand(project, budget: budget, pacing: pacing) { host in
            if !host.settings.testMode { try ImageFolder(path: try host.imageFolder()).check() }
            host.keepsPictures = true
            let result = try await host.service().generate(config.request(prompt))
            let files = host.settings.testMode ? [] : try await host.keep(result)
            guard json else { return (files.isEmpty ? result.urls : files).forEach(Console.output) }
            var document = result.json
            document["files"] = .array(files.map(JSONValue.string))
            try Console.output(JSONValue.object(document))
        }
    }
}
