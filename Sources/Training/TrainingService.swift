package import EventLoop
package import FalClient
package import Generation
internal import JSON

/// Trains avatars: photos, archive, upload, job, avatar.
///
/// Whatever a process that is killed leaves can be taken up: the archive by the same call, the job by `falhost resume`.
@LoopActor
package final class TrainingService {
    package typealias Watcher = @LoopActor (TrainingEvent) -> Void

    let client: FalClient
    let jobs: JobRunner
    let ledger: any JobLedger
    let avatars: any AvatarStore
    private let presets: any TrainingPresetSource
    let settings: Settings
    package let settlement: TrainingSettlement
    let folder: String

    package struct Settings: Sendable {
        package var prices: PriceTable
        /// Nothing leaves the process, so nothing can be trained.
        package var testMode: Bool
        /// In which errors tell what was found in photos.
        package var language: Language

        package init(prices: PriceTable, testMode: Bool = false, language: Language = .english) {
            self.prices = prices
            self.testMode = testMode
            self.language = language
        }
    }

    /// - Parameter folder: the project's data folder.
    package init(
        client: FalClient, jobs: JobRunner, ledger: any JobLedger, avatars: any AvatarStore,
        presets: any TrainingPresetSource, folder: String, settings: Settings
    ) {
        self.client = client
        self.jobs = jobs
        self.ledger = ledger
        self.avatars = avatars
        self.presets = presets
        self.folder = folder
        self.settings = settings
        settlement = TrainingSettlement(ledger: ledger, avatars: avatars, client: client, folder: folder)
    }

    /// Looks at everything and sends nothing; needs no key. Findings are in the plan, faults of the call are thrown.
    package func plan(_ request: TrainingRequest) async throws(GenerationError) -> TrainingPlan {
        try Self.check(request)
        let trainer = try Self.trainer(request)
        let preset = try presets.trainingPreset(named: request.preset)
        let config = try TrainingConfig(
            trainer, request.type, name: request.name, preset: preset, overrides: request.overrides)
        let photos: CheckedPhotos
        do throws(FalError) {
            photos = try await CheckedPhotos.read(request.photos, trainer: trainer, trigger: request.trigger)
        } catch {
            throw .fal(error)
        }
        let findings = photos.findings + Self.findings(request, trainer)
        let arguments = JSONObject(config.arguments.map { ($0.name, $0.value) })
        return TrainingPlan(
            request: request, avatarID: request.id, trainer: trainer, config: config, photos: photos,
            findings: findings,
            estimate: CostEstimate(endpoint: trainer.id, arguments: arguments, prices: settings.prices))
    }

    /// Trains an avatar and waits for it; see `begin` and `finish`.
    package func train(
        _ plan: TrainingPlan, watch: @escaping Watcher = { _ in }
    ) async throws(GenerationError) -> FinishedTraining {
        try await finish(try await begin(plan, watch: watch), watch: watch)
    }

    /// Packs, uploads and submits; the same call once more finds the training that this one began and pays nothing.
    ///
    /// The avatar's row says all the time how far it is.
    package func begin(
        _ plan: TrainingPlan, watch: @escaping Watcher = { _ in }
    ) async throws(GenerationError) -> BegunTraining {
        if let error = plan.errors.first {
            let (language, others) = (settings.language, plan.errors.count - 1)
            let more = others > 0 ? language.wording(" (and \(others) more)", " (и ещё \(others))") : ""
            let text = language.wording("the photos cannot be trained on: ", "на этих фото обучать нельзя: ")
            var fault = FalError(.validation, text + error.text(in: language) + more, field: "photos")
            fault.details = .array(plan.errors.map { .object($0.json) })
            throw .fal(fault)
        }
        if settings.testMode {
            throw .fal(
                FalError(.validation, "test mode trains nothing: unset AVATAR_TEST_MODE, or use the simulator"))
        }
        guard client.hasKey else { throw .missingAPIKey }
        if let key = plan.request.key { return try await begin(key, plan, watch) }
        return try await begin(plan, with: try await pack(plan, watch), watch)
    }

    func begin(
        _ plan: TrainingPlan, with archive: PhotoArchive, _ watch: @escaping Watcher
    ) async throws(GenerationError) -> BegunTraining {
        if let earlier = try await earlier(plan, archive) {
            archive.remove()
            return earlier
        }
        let job = try await TrainingStart(service: self, plan: plan, archive: archive, watch: watch).perform()
        return BegunTraining(plan: plan, state: .submitted(job, run: nil))
    }

    func pack(_ plan: TrainingPlan, _ watch: Watcher) async throws(GenerationError) -> PhotoArchive {
        do throws(FalError) {
            let archive = try await PhotoArchive.make(of: plan.photos, in: folder + "/uploads")
            watch(.packed(photos: plan.photos.count, bytes: archive.size))
            return archive
        } catch {
            throw .fal(error)
        }
    }

    // MARK: What is asked for

    private static func check(_ request: TrainingRequest) throws(GenerationError) {
        func fault(_ message: String, _ field: String) -> GenerationError {
            .fal(FalError(.validation, message, field: field))
        }
        let isPrintable = { (text: String) in !text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
        if request.photos.isEmpty { throw fault("no photos are given", "photos") }
        guard request.name.contains(where: { !$0.isWhitespace }), isPrintable(request.name) else {
            throw fault("a name has at least one letter, and no line breaks", "name")
        }
        guard request.trigger.contains(where: { !$0.isWhitespace }), isPrintable(request.trigger),
            request.trigger.count <= 100
        else { throw fault("a trigger is a word or a few, at most 100 characters on one line", "trigger") }
        let id = request.id
        guard !id.isEmpty, isPrintable(id), id.utf8.count <= Avatar.longestID else {
            throw fault(
                "no id can be made of the name '\(request.name)': give one (avatar_id, --avatar-id)", "avatar_id")
        }
    }

    private static func trainer(_ request: TrainingRequest) throws(GenerationError) -> Trainer {
        guard let id = request.endpoint else { return .usual(request.type) }
        let serving = Trainer.all.filter { $0.types.contains(request.type) }
        if let trainer = serving.first(where: { $0.id == id }) { return trainer }
        let hint = DidYouMean.nearest(to: id, in: serving.map(\.id)).map { "; did you mean \($0)?" } ?? ""
        let known = serving.map(\.id).joined(separator: ", ")
        throw .fal(
            FalError(
                .validation, "'\(id)' is no trainer of \(request.type.rawValue) avatars\(hint); known: \(known)",
                field: "endpoint"))
    }

    private static func findings(_ request: TrainingRequest, _ trainer: Trainer) -> [TrainingFinding] {
        var findings: [TrainingFinding] = []
        var avatar = Avatar(id: request.id, name: request.name, trainingType: request.type.rawValue, status: "draft")
        avatar.begin(request.type, name: request.name, trigger: request.trigger, userID: nil)
        for (_, fault) in AvatarCheck.problems(in: [avatar]) {
            findings.append(TrainingFinding(nil, .commonTrigger(fault)))
        }
        if trainer.isDeprecated { findings.append(TrainingFinding(nil, .deprecatedTrainer)) }
        return findings
    }
}
