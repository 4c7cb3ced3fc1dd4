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
        "falhost batch prompts.csv --resume                      # what its last run paid for is not paid for again",
        "falhost batch --retry-failed 20261122-192005-3f9a       # just the jobs of that run that failed",
        "falhost batch prompts.jsonl --simulate --jsonl          # try it without a key; one event a line",
    ]

    @Argument(
        help: "A prompt a line (.txt), a table with a header (.csv), objects (.jsonl); - is standard input.",
        completion: .file(extensions: ["txt", "csv", "jsonl"]))
    var file: String?

    @Option(
        help: ArgumentHelp(
            "In place of a file: make the jobs of this run again that failed, through today's presets and rules.",
            valueName: "run"), completion: ProjectNames.runs)
    var retryFailed: String?

    @OptionGroup var batch: BatchOptions
    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var pacing: PacingOptions
    @OptionGroup var resumption: ResumptionOptions

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
        if retryFailed == nil {
            // A missing file is told by `run`: an unknown option, which comes after this, says more.
            guard let file else { return }
            return try resumption.check(script: file, isSimulated: project.shared.simulate)
        }
        if file != nil || resumption.isWanted || !batch.isEmpty {
            throw ValidationError(
                "--retry-failed has its jobs from the ledger: no file, and no options that make jobs.")
        }
    }

    func run() throws {
        if let retryFailed { return try retry(retryFailed) }
        guard let file else {
            throw CommandError(
                .usage,
                "name a file of prompts (.txt, .csv, .jsonl), or - for standard input; more: falhost batch --help")
        }
        // Before anything else: Ctrl-C ends a wait for standard input at once.
        let lines = try batch.lines(file)
        let overrides = try ConfigOptions.overrides(batch.overrides)
        try runCommand(project, budget: budget, pacing: pacing, logLevel: .warning) { host in
            let earlier = try await host.earlierBatch(resumption, of: file, batch)
            let earlierDraw = try earlier?.batchArguments.flatMap { try BatchCommand.parse($0).batch.draw }
            let draw = batch.draw ?? earlierDraw ?? UInt64(UInt32.random(in: 1 ... .max))
            let plan = try batch.plan(lines, of: file, draw: draw)
            let isDrawn = batch.isDrawn(in: plan)
            host.invocation = ScriptInvocation(
                batch: file, arguments: Self.ownArguments, draw: isDrawn && batch.draw == nil ? draw : nil)
            if let earlier, !dryRun {
                try await host.takeOver(earlier, resubmitsUnknown: resumption.resubmitUnknown)
            }
            if plan.jobs.count > 1, isDrawn, !dryRun {
                Console.note(
                    host.language.wording(
                        "alternatives are drawn with --draw \(draw)", "варианты выбраны с --draw \(draw)"))
            }
            try await perform(plan.jobs, of: file, overrides, host)
        }
    }

    private func retry(_ run: String) throws {
        try runCommand(project, budget: budget, pacing: pacing, logLevel: .warning) { host in
            let (root, failed) = try await host.failedJobs(of: run)
            let jobs = failed.enumerated().compactMap { BatchJob(again: $1, position: $0 + 1) }
            if jobs.count < failed.count {
                let count = failed.count - jobs.count
                Console.note(
                    "\(count) job\(count == 1 ? "" : "s") left out: a script sent them to an endpoint by itself")
            }
            if jobs.isEmpty { return Console.note("nothing to make again: no job of run \(run) failed") }
            host.invocation = ScriptInvocation(retrying: root, arguments: Self.ownArguments)
            try await perform(jobs, of: "run \(run)", [:], host)
        }
    }

    @LoopActor
    private func perform(_ jobs: [BatchJob], of file: String, _ overrides: JSONObject, _ host: Host) async throws {
        host.keepsPictures = true
        let session = BatchSession(
            host: host, file: file, jobs: jobs, overrides: overrides, isJSON: jsonl, folders: project.folders)
        let concurrency = try min(concurrency ?? host.projectSettings().concurrency ?? 8, 1024)
        let forecast = try await session.check()
        if dryRun { return try await host.tell(forecast, concurrency: concurrency, isJSON: jsonl) }
        try await session.run(concurrency: concurrency)
    }

    /// The arguments of this process after the command's name, without those that resume.
    private static var ownArguments: [String] {
        var words: [String] = []
        var isRun = false
        for word in CommandLine.arguments.dropFirst(2) {
            if isRun {
                isRun = false
            } else if word == "--resume-run" {
                isRun = true
            } else if word != "--resume", word != "--resubmit-unknown", !word.hasPrefix("--resume-run=") {
                words.append(word)
            }
        }
        return words
    }
}

extension BatchJob {
    /// A job of the ledger once more; nil when it was no generation.
    ///
    /// - Parameter position: its number when the run gave it none.
    fileprivate init?(again job: Job, position: Int) {
        guard let subject = job.order.subject else { return nil }
        let overrides = subject.overrides.members.filter { $0.name != "preset" && $0.name != "quality" }
        let number = job.order.place.flatMap { Int(exactly: $0.number) } ?? position
        self.init(
            number: number, line: number, avatar: subject.avatarID, preset: subject.preset, prompt: subject.prompt,
            name: job.order.pictureName, overrides: JSONObject(overrides))
    }
}

extension ProjectOptions {
    /// The options that say where things are, as words.
    fileprivate var folders: [String] {
        [("--root", shared.root), ("--out", out), ("--name", name)].flatMap { name, value in
            value.map { [name, $0] } ?? []
        }
            + (shared.simulate ? ["--simulate"] : [])
    }
}
