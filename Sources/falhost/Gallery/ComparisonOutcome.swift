import Batch
import EventLoop
import FalClient
import Gallery
import Generation
import JSON

/// What came of a comparison, cell by cell.
@LoopActor
final class ComparisonOutcome {
    private let plan: ComparisonPlan
    private let explanations: [Explanation]
    private let language: Language
    private let quiet: Bool
    private let isSimulated: Bool
    private let run: String
    private let started = Timestamp.now
    private var progress: BatchProgress
    private var cells: [[GalleryEntry]]
    private var ending: BatchFailure?

    init(plan: ComparisonPlan, explanations: [Explanation], host: Host, isSimulated: Bool, run: String) {
        self.plan = plan
        self.explanations = explanations
        language = host.language
        quiet = host.settings.quiet
        self.isSimulated = isSimulated
        self.run = run
        progress = BatchProgress(total: plan.jobs.count)
        cells = Array(repeating: [], count: plan.jobs.count)
    }

    /// Nil when each cell has its own.
    private var seed: Int64? {
        let seeds = Set(plan.jobs.map { $0.overrides["seed"]?.integerValue })
        return seeds.count == 1 ? seeds.first ?? nil : nil
    }

    func begin() {
        let unseeded = Set(
            explanations.filter { $0.plan.dropped.contains { $0.key == .seed } }.map(\.plan.endpoint))
        for endpoint in unseeded.sorted() {
            Console.note(
                language.wording(
                    "\(endpoint) takes no seed: its pictures also differ by chance",
                    "\(endpoint) не принимает seed: её картинки различаются и случайно"))
        }
        guard !quiet else { return }
        let jobs = language.count(plan.jobs.count, "job", ("задание", "задания", "заданий"))
        let sameSeed = seed.map { language.wording(", all with --seed \($0)", ", все с --seed \($0)") } ?? ""
        Console.note(language.wording("run \(run): ", "запуск \(run): ") + jobs + sameSeed)
        showProgress()
    }

    func add(_ event: BatchEvent) {
        progress.apply(event)
        switch event {
        case .started: break
        case .completed(let job, let pictures):
            cells[job.number - 1] = entries(job, pictures.result, files: pictures.files)
        case .failed(let job, let failure):
            Console.note(
                FalCredentials.redact(
                    "\(plan.name(of: job)): \(language.wording("failed", "ошибка")): \(failure.error.message(in: language))"
                ))
            cells[job.number - 1] = [entry(job, failure)]
        }
        showProgress()
    }

    func end(_ ending: BatchFailure?) {
        self.ending = ending
        StatusLine.clear()
        if !quiet { Console.note(BatchReport(language: language).text(progress, atEnd: true)) }
    }

    /// Throws unless all went well.
    func conclude() throws {
        if let ending { throw ending.error }
        if progress.failed > 0 {
            let (failed, total) = (progress.failed, progress.total)
            throw CommandError(
                .partialFailure,
                language.wording(
                    "\(failed) of \(total) failed: the page says why",
                    "с ошибкой \(failed) из \(total): на странице сказано, почему"))
        }
    }

    /// Whether any cell has something to show.
    var hasAny: Bool { progress.ended > 0 }

    private func showProgress() {
        if !quiet, StatusLine.isPossible {
            StatusLine.show(BatchReport(language: language).text(progress, atEnd: false))
        }
    }

    // MARK: The page

    var document: GalleryDocument {
        var entries: [GalleryEntry] = []
        let places = cells.map { cell in
            entries += cell
            return Array(entries.count - cell.count..<entries.count)
        }
        let axis = { (axis: ComparisonPlan.Axis) in ComparisonGrid.Axis(name: axis.name, values: axis.values) }
        let grid = ComparisonGrid(
            columns: axis(plan.columns), rows: plan.rows.map(axis), cells: places, prompt: plan.jobs[0].prompt,
            seed: seed)
        let title = [plan.rows?.name, plan.columns.name].compactMap { $0 }.joined(separator: " × ")
        return GalleryDocument(
            title: title, language: language.rawValue, made: started.milliseconds, entries: entries, grid: grid)
    }

    private func entries(_ job: BatchJob, _ result: GenerationResult, files: [String]) -> [GalleryEntry] {
        var entry = entry(job, id: result.jobID, state: "completed")
        entry.seed = result.seed
        entry.requestID = result.requestID
        entry.seconds = result.duration
        entry.price = result.price?.number
        entry.isSimulated = isSimulated || result.simulated
        return entry.with(
            result.images.enumerated().map { place, image in
                GalleryEntry.Picture(
                    file: place < files.count ? files[place] : nil, url: image.url, width: image.width,
                    height: image.height, isFlagged: image.hasNSFWConcepts ?? false)
            })
    }

    private func entry(_ job: BatchJob, _ failure: BatchFailure) -> GalleryEntry {
        var entry = entry(job, id: "cell-\(job.number)", state: "failed")
        let message = FalCredentials.redact(failure.error.message(in: language))
        entry.failure = GalleryEntry.Failure(code: failure.error.code.rawValue, message: message)
        entry.requestID = failure.error.requestID
        return entry
    }

    private func entry(_ job: BatchJob, id: String, state: String) -> GalleryEntry {
        let explanation = explanations[job.number - 1]
        let preset = explanation.plan.config.preset.name
        var entry = GalleryEntry(
            job: id, run: run, state: state, prompt: job.prompt, sentPrompt: explanation.finalPrompt,
            endpoint: explanation.plan.endpoint, arguments: explanation.arguments, created: started.milliseconds)
        (entry.avatar, entry.preset) = (job.avatar, preset)
        entry.seed = job.overrides["seed"]?.integerValue
        entry.command = RemakeCommand.line(
            avatar: job.avatar, preset: preset, prompt: job.prompt, arguments: explanation.arguments)
        return entry
    }
}
