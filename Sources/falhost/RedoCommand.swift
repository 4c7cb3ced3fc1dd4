import ArgumentParser
import EventLoop
import Generation
import JSON

/// `falhost redo`: a picture made again from its receipt.
struct RedoCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "redo", abstract: "Make pictures again from their receipts, as they were or with changes.",
        discussion: """
            A picture's receipt is the file beside it (anna.jpg.json), in a PNG a chunk as well; without either the \
            ledger is asked. With no change the recorded request is sent again, byte for byte. With one, the call's \
            avatar, prompt and overrides go through the presets and rules of today; the seed stays unless you say \
            otherwise. All pictures of the job are made again, and paid for.
            """)

    static let examples = [
        "falhost redo picture.png",
        "falhost redo picture.png --preset landscape",
        "falhost redo *.jpg --set num_images=4 --new-seed --budget 2.00 --out again",
        "falhost redo picture.jpg --avatar ben --dry-run     # what would be sent; sends nothing",
    ]

    @OptionGroup var project: ProjectOptions
    @OptionGroup var budget: BudgetOptions

    @Argument(help: "Pictures that falhost kept.", completion: .file()) var pictures: [String]

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Id of another avatar.", valueName: "id"),
        completion: ProjectNames.avatars) var avatar: String?

    @Option(
        name: .shortAndLong, help: ArgumentHelp("Name of another preset.", valueName: "name"),
        completion: ProjectNames.presets) var preset: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Override one value of the preset, on top of the call's.", valueName: "key=value"),
        completion: ProjectNames.settings)
    var overrides: [String] = []

    @Option(help: ArgumentHelp("Another seed.", valueName: "number")) var seed: Int64?

    @Flag(help: "A seed drawn anew.") var newSeed = false

    @Flag(
        name: [.customLong("dry-run"), .customLong("explain")], help: "Show what would be sent; sends nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON document: a list with one entry a job.") var json = false

    func validate() throws {
        if seed != nil, newSeed { throw ValidationError("--seed and --new-seed exclude each other.") }
        _ = try changes()
    }

    private func changes() throws -> RedoChanges {
        let overrides = try ConfigOptions.overrides(overrides)
        if overrides["seed"] != nil { throw ValidationError("Name the seed with --seed.") }
        if overrides["preset"] != nil || overrides["quality"] != nil {
            throw ValidationError("Name the preset with --preset.")
        }
        let seed = newSeed ? RedoChanges.Seed.new : seed.map { .number($0) } ?? .kept
        return RedoChanges(avatarID: avatar, preset: preset, overrides: overrides, seed: seed)
    }

    func run() throws {
        let changes = try changes()
        let (pictures, dryRun, json) = (pictures, dryRun, json)
        try runCommand(project, budget: budget) { host in
            if host.settings.testMode, !dryRun {
                throw CommandError(
                    .configuration,
                    "AVATAR_TEST_MODE makes no pictures, so there is nothing to make again: unset it, or try --simulate"
                )
            }
            host.keepsPictures = !dryRun
            let redo = Redo(host: host, changes: changes)
            let plans = try await redo.plans(for: pictures)
            if dryRun { return try plans.printed(asJSON: json, in: host.language) }
            try await redo.perform(plans, asJSON: json)
        }
    }
}
