import ArgumentParser
import EventLoop
import FalClient
import Generation
import JSON
import Training

/// `falhost train`: an avatar from photos.
struct TrainCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train an avatar from photos and print its id.",
        discussion: """
            Looks at the photos first and sends nothing when one is at fault. Captions are .txt files with the photos' \
            names; [trigger] in them stands for the trigger. What was stopped goes on with the same command, or with \
            falhost resume: nothing is paid for twice.
            """)

    static let examples = [
        "falhost train portrait photos/anna --name Anna --trigger TOK_anna --dry-run   # looks, and sends nothing",
        "falhost train portrait photos/anna --name Anna --trigger TOK_anna --budget 10",
        "falhost train style noir.zip --name Noir --trigger NOIRSTYLE --preset quality --keep-lora",
        "falhost train portrait a.jpg b.jpg c.jpg d.jpg --name Anna --trigger TOK_anna --set steps=1500",
    ]

    @OptionGroup var shared: SharedOptions
    @OptionGroup var budget: BudgetOptions

    @Argument(
        help: "What the photos show: portrait (a person) or style.",
        completion: .list(TrainingType.allCases.map(\.rawValue)))
    var kind: TrainingType

    @Argument(help: "A folder, a zip archive, or photos.", completion: .file())
    var photos: [String]

    @Option(name: .customLong("name"), help: "What people call the avatar.") var avatarName: String

    @Option(help: "The words that will call it in prompts: one that nobody writes, like TOK_anna.")
    var trigger: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "A file of presets/training (default: \(TrainingPreset.defaultName)).", valueName: "name"))
    var preset: String?

    @Option(
        name: .customLong("set"), help: ArgumentHelp("Override one value of the preset.", valueName: "key=value"))
    var overrides: [String] = []

    @Option(
        help: "Another trainer: \(Trainer.all.map(\.id).joined(separator: ", ")).",
        completion: .list(Trainer.all.map(\.id)))
    var endpoint: String?

    @Option(help: ArgumentHelp("The avatar's id (default: made of the name).", valueName: "id"))
    var avatarID: String?

    @Option(help: ArgumentHelp("Whose avatar it is.", valueName: "id"))
    var userID: String?

    @Flag(help: "Keep the file of weights here, under its SHA-256 in .falhost/models.")
    var keepLora = false

    @Option(
        help: ArgumentHelp("How long fal may take (default: 21600); then it is cancelled.", valueName: "seconds"))
    var timeout: Double?

    @Flag(help: "Show what was found, what would be sent and what it costs; send nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func validate() throws {
        if let timeout, !(1...604_800).contains(timeout) {
            throw ValidationError("A timeout is a number of seconds from 1 to 604800.")
        }
        _ = try ConfigOptions.overrides(overrides)
    }

    func run() throws {
        let request = try request()
        let (json, dryRun) = (json, dryRun)
        try runCommand(ProjectOptions(shared), budget: budget) { host in
            let service = try host.training()
            let plan = try await service.plan(request)
            let language = host.language
            if dryRun { return try TrainingReport.dryRun(plan, language, json: json) }
            TrainingReport.findings(plan, language)
            if !plan.errors.isEmpty {
                let count = language.count(plan.errors.count, "error", ("ошибка", "ошибки", "ошибок"))
                throw CommandError(
                    .invalidData,
                    language.wording(
                        "nothing is sent: \(count) in the photos, see above",
                        "ничего не отправлено: в фото \(count), см. выше"))
            }
            let display = TrainingDisplay(quiet: host.settings.quiet, language: language)
            let result: Result<FinishedTraining, any Error>
            do {
                result = .success(try await service.train(plan) { display.show($0) })
            } catch {
                result = .failure(error)
            }
            display.end()
            try TrainingReport.end(try result.get(), language, json: json)
        }
    }

    private func request() throws -> TrainingRequest {
        var request = TrainingRequest(type: kind, photos: photos, name: avatarName, trigger: trigger)
        if let preset { request.preset = preset }
        request.overrides = try ConfigOptions.overrides(overrides)
        request.endpoint = endpoint
        request.avatarID = avatarID
        request.userID = userID
        request.keepsFile = keepLora
        if let timeout { request.timeout = .seconds(timeout) }
        return request
    }
}

extension TrainingType: ExpressibleByArgument {}
