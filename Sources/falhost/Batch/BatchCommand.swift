import ArgumentParser
import Batch
import EventLoop
import Generation
import JSON
import Logging
import Scripting

/// `falhost batch FILE`: many prompts, avatars and presets at once.
struct BatchCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Make the pictures of a file of prompts (.txt, .csv, .jsonl).")

    static let examples = [
        "falhost batch prompts.txt --avatar anna,noir --preset fast,quality",
        "falhost batch prompts.csv --dry-run                     # count, cost and time; sends nothing",
        "falhost batch prompts.csv --budget 5.00 --out pictures",
        "echo 'a {red|blue} {{thing}}' | falhost batch - --avatar anna --combinations --var thing=car",
        "falhost batch prompts.jsonl --simulate --jsonl          # try it without a key; one event a line",
    ]

    @Argument(
        help: "A prompt a line (.txt), a table with a header (.csv), objects (.jsonl); - is standard input.",
        completion: .file(extensions: ["txt", "csv", "jsonl"]))
    var file: String

    @OptionGroup var batch: BatchOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var pacing: PacingOptions

    @Option(
        help: ArgumentHelp("How many jobs are worked on at a time (default: 8, or the project's).", valueName: "count"))
    var concurrency: Int?

    @Flag(help: "Count the jobs, estimate cost and time, and send nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON event a line on standard output, in place of the files' paths.")
    var jsonl = false

    func validate() throws {
        guard (1...1024).contains(concurrency ?? 1) else {
            throw ValidationError("--concurrency takes a number from 1 to 1024.")
        }
    }

    func run() throws {
        let draw = batch.draw ?? UInt64(UInt32.random(in: 1 ... .max))
        let plan = try batch.plan(file, draw: draw)
        let overrides = try ConfigOptions.overrides(batch.overrides)
        try runCommand(project, budget: budget, pacing: pacing, logLevel: .warning) { host in
            host.keepsPictures = true
            let session = BatchSession(host: host, file: file, jobs: plan.jobs, overrides: overrides, isJSON: jsonl)
            let concurrency = try min(concurrency ?? host.projectSettings().concurrency ?? 8, 1024)
            let forecast = try await session.check()
            if dryRun { return try await session.tell(forecast, concurrency: concurrency) }
            if plan.jobs.count > 1, batch.isDrawn(in: plan) {
                Console.note("alternatives are drawn with --draw \(draw)")
            }
            try await session.run(concurrency: concurrency)
        }
    }
}
