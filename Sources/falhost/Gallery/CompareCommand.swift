import ArgumentParser
import Batch
import EventLoop
import Gallery
import Generation
import JSON
import Logging
import Scripting

/// `falhost compare`: one prompt and one seed, and what presets, avatars or values make of them.
struct CompareCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Make one picture for each combination of presets, avatars or values, side by side.",
        discussion: """
            All pictures come of one seed, and are shown on a page with labelled axes. Ends with 3 when some of them failed.
            """)

    static let examples = [
        "falhost compare --avatar anna --preset fast,quality,portrait \"by the sea\"",
        "falhost compare --avatar anna,noir --preset fast,quality --seed 7 \"by the sea\" --open",
        "falhost compare --avatar anna --sweep lora_scale=0.8:1.2:0.1 \"by the sea\"",
        "falhost compare --avatar anna --sweep lora_scale=0.8:1.2:0.2 --sweep guidance_scale=2.5,3.5,5 --dry-run \"by the sea\"",
    ]

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Avatars: a,b,c.", valueName: "ids"), transform: CompareCommand.list)
    var avatar: [String] = []

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Presets: x,y (default: the usual one).", valueName: "names"),
        transform: CompareCommand.list)
    var preset: [String] = []

    @Option(
        help: ArgumentHelp(
            "Values of a config key: from:to:step, or one after the other with commas. Once or twice.",
            valueName: "key=values"))
    var sweep: [String] = []

    @Option(name: .customLong("set"), help: ArgumentHelp("Override one value of the presets.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(help: ArgumentHelp("The seed of all pictures (default: drawn, and said).", valueName: "number"))
    var seed: Int64?

    @Option(help: ArgumentHelp("How many jobs are worked on at a time.", valueName: "count"))
    var concurrency: Int?

    @Flag(help: "Count the jobs, estimate cost and time, and send nothing.")
    var dryRun = false

    @OptionGroup var output: GalleryOutput
    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions
    @OptionGroup var pacing: PacingOptions

    @Argument(help: "What the pictures show.") var prompt: String

    private static func list(_ text: String) throws -> String {
        if text.split(separator: ",", omittingEmptySubsequences: false).contains(where: \.isEmpty) {
            throw ValidationError("'\(text)' has an empty name.")
        }
        return text
    }

    func validate() throws {
        if avatar.isEmpty { throw ValidationError("Missing expected argument '--avatar <ids>'") }
        guard (1...1024).contains(concurrency ?? 1) else {
            throw ValidationError("--concurrency takes a number from 1 to 1024.")
        }
        if seed != nil, sweep.contains(where: { $0.hasPrefix("seed=") }) {
            throw ValidationError("--seed and --sweep seed=… exclude each other.")
        }
    }

    private func plan() throws -> ComparisonPlan {
        do {
            let sweeps = try sweep.map { text throws(Sweep.Fault) in try Sweep(parsing: text) }
            return try ComparisonPlan(
                avatars: avatar.flatMap { $0.split(separator: ",").map(String.init) },
                presets: preset.flatMap { $0.split(separator: ",").map(String.init) }, sweeps: sweeps, prompt: prompt,
                seed: seed ?? Int64.random(in: 1...0x7FFF_FFFF))
        } catch let fault as Sweep.Fault {
            throw ValidationError(fault.message)
        } catch let fault as ComparisonPlan.Fault {
            throw ValidationError(fault.message)
        }
    }

    func run() throws {
        let plan = try plan()
        let overrides = try ConfigOptions.overrides(overrides)
        try runCommand(project, budget: budget, pacing: pacing, logLevel: .warning) { host in
            host.keepsPictures = !host.settings.testMode
            let concurrency = try min(concurrency ?? host.projectSettings().concurrency ?? 8, 1024)
            let session = ComparisonSession(host: host, plan: plan, overrides: overrides)
            let checked = try await session.check()
            if dryRun {
                var forecast = BatchForecast()
                for explanation in checked { forecast.add(explanation) }
                return try await host.tell(forecast, concurrency: concurrency)
            }
            if !host.settings.testMode { try ImageFolder(path: try host.imageFolder()).check() }
            let outcome = try await session.run(checked, concurrency: concurrency)
            let isCutOff = Task.isCancelled
            if isCutOff, !outcome.hasAny { throw GenerationError.cancelled }
            // After Ctrl-C too, of what is there: a task of its own has not been cancelled.
            try await LoopActor.spawn {
                try await output.write(outcome.document, name: try host.jobs().run.id, with: host)
            }.value
            if isCutOff { throw GenerationError.cancelled }
            try outcome.conclude()
        }
    }
}
