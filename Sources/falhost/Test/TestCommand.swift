import ArgumentParser
import EventLoop
import Generation
import Scripting

/// `falhost test`: presets and rules under test, in Lua; nothing is sent.
struct TestCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the tests of presets and rules in scripts/tests; sends nothing.")

    static let examples = [
        "falhost test                          # all of scripts/tests/*_test.lua",
        "falhost test rules --filter trigger   # files with rules in their name, tests with trigger in theirs",
        "falhost test --update                 # write golden requests anew: look at the difference before you commit",
        "falhost test --tap                    # for prove and other readers of TAP",
        "falhost test --junit report.xml       # for CI",
    ]

    @OptionGroup var project: ProjectOptions

    @Argument(
        help: ArgumentHelp("Test files, or words of their names (default: all in scripts/tests).", valueName: "file"))
    var words: [String] = []

    @Option(help: ArgumentHelp("Only tests whose name, groups included, has this text; repeatable.", valueName: "text"))
    var filter: [String] = []

    @Flag(help: "Write golden files anew instead of comparing with them.")
    var update = false

    @Flag(help: "Report as TAP 14.")
    var tap = false

    @Option(help: ArgumentHelp("Write a JUnit report to this file too.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Longest time for one test.", valueName: "seconds"))
    var timeout: Double = 5

    func validate() throws {
        // An hour is longer than anybody waits for a test.
        guard timeout > 0, timeout <= 3600 else { throw ValidationError("--timeout takes seconds, like 5 or 0.5.") }
        if filter.contains("") { throw ValidationError("--filter takes a text that is not empty.") }
    }

    func run() throws {
        let options = TestOptions(timeout: .seconds(timeout), filters: filter, updatesGolden: update)
        try runCommand(project) { host in
            let run = try ProjectTests(host: host, words: words, options: options)
            let results = try await run.run(reportingTo: tap ? TAPReport() : TestText())
            if let junit { try NewFile.write(JUnitReport.text(results), to: junit) }
            // What went wrong has been told where the report is.
            if results.contains(where: { $0.failure != nil }) { throw CommandError(.testsFailed, "") }
        }
    }
}
