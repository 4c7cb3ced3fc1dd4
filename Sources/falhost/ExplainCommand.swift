import ArgumentParser
import EventLoop
import Generation
import JSON

/// `falhost explain`: what `generate` would send, and where each value comes from.
struct ExplainCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show what would be sent, and where each value comes from; sends nothing.",
        usage: """
            falhost explain --avatar <id> [<options>] <prompt>
            falhost explain --avatar <id> [<options>] --diff <preset> <preset> <prompt>
            """)

    static let examples = [
        "falhost explain --avatar anna --preset portrait \"smiling portrait in a park\"",
        "falhost explain --avatar anna --json \"by the sea\"   # for programs",
        "falhost explain --avatar anna --diff fast quality \"by the sea\"",
    ]

    @OptionGroup var config: ConfigOptions
    @OptionGroup var project: ProjectOptions

    @Flag(help: "Show in what two presets differ: their names stand before the prompt.")
    var diff = false

    @Flag(help: "Print one JSON document.")
    var json = false

    @Argument(help: ArgumentHelp("What the picture shows.", valueName: "prompt"))
    var words: [String]

    func validate() throws {
        guard words.count == (diff ? 3 : 1) else {
            throw ValidationError(
                diff
                    ? "--diff takes two presets and a prompt in quotes, not \(words.count) words."
                    : "explain takes one prompt, in quotes, not \(words.count) words.")
        }
        if diff, config.preset != nil { throw ValidationError("--diff names the presets: leave --preset out.") }
    }

    func run() throws {
        try runCommand(project) { host in
            let prompt = words[words.count - 1]
            if diff { return try await tellDifference(host, prompt) }
            let explanation = try await explain(config.request(prompt), host)
            if json { return try Console.output(.object(explanation.json)) }
            Console.output(try explanation.text(in: host.language, isColoured: Console.isColoured))
        }
    }

    @LoopActor
    private func tellDifference(_ host: Host, _ prompt: String) async throws {
        let left = try await explain(config.request(prompt, preset: words[0]), host)
        let right = try await explain(config.request(prompt, preset: words[1]), host)
        let difference = ExplanationDifference(left, right)
        if json { return try Console.output(.object(difference.json)) }
        Console.output(try difference.text(in: host.language))
    }

    /// Explains a request; one that is refused ends the command with what is nearest to it.
    @LoopActor
    private func explain(_ request: GenerationRequest, _ host: Host) async throws -> Explanation {
        do {
            var explanation = try await host.service().explain(request)
            explanation.expectedTime = try await host.expectedTime(of: explanation)
            return explanation
        } catch let error as GenerationError {
            // Should they not be found, the refusal is still what the caller has to know.
            let alternatives =
                (try? await host.service().alternatives(to: error, for: request)) ?? Alternatives()
            if json {
                try Console.output([
                    "error": .object(error.json(in: host.language)), "alternatives": .object(alternatives.json),
                ])
            }
            guard let exitCode = ExitCode(rawValue: error.exitCode), !alternatives.isEmpty else { throw error }
            let lines = try [line(error, host.language)] + alternatives.lines()
            throw CommandError(exitCode, lines.joined(separator: "\n"))
        }
    }
}
