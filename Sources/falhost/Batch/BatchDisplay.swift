import Batch
import EventLoop
import FalClient
import Generation
import JSON

/// Shows a batch at work: paths or events on standard output, progress for people on standard error.
@LoopActor
final class BatchDisplay {
    private(set) var progress: BatchProgress
    private let isJSON: Bool
    private let language: Language
    private var report: BatchReport { BatchReport(language: language) }
    private let quiet: Bool
    private let redraws: Bool
    private var timer: LoopTimer?

    init(jobs: Int, isJSON: Bool, language: Language, quiet: Bool, display: Display) {
        progress = BatchProgress(total: jobs)
        self.isJSON = isJSON
        self.language = language
        self.quiet = quiet || display.progress == .none
        redraws = !quiet && display.redraws
    }

    func begin(run: String) {
        if isJSON {
            var json = BatchEvent.object("batch.started")
            json.append("run", .string(run))
            json.append("jobs", .integer(Int64(progress.total)))
            output(json)
        } else if !quiet {
            let jobs = language.count(progress.total, "job", ("задание", "задания", "заданий"))
            Console.note(language.wording("run \(run): \(jobs)", "запуск \(run): \(jobs)"))
        }
        redraw()
    }

    func show(_ event: BatchEvent) {
        progress.apply(event)
        if isJSON {
            output(event.json(in: language))
        } else if case .completed(_, let pictures) = event {
            (pictures.files.isEmpty ? pictures.result.urls : pictures.files).forEach(Console.output)
        }
        if let line = line(event) { Console.note(line) }
    }

    func end() {
        timer?.cancel()
        StatusLine.clear()
        if isJSON { output(progress.json) }
        if !quiet { Console.note(report.text(progress, atEnd: true)) }
    }

    // Such an object always has a text: its strings are UTF-8 and its numbers finite.
    private func output(_ json: JSONObject) { try? Console.outputLine(json) }

    /// A line for people; on a terminal that shows the progress only failures have one.
    private func line(_ event: BatchEvent) -> String? {
        switch event {
        case .started: return nil
        case .completed(let job, let pictures):
            if quiet || redraws { return nil }
            return "\(count) \(BatchReport.title(job)): \(report.text(pictures.result))"
        case .failed(let job, let failure):
            let place =
                if case .saving(let result, _) = failure {
                    language.wording("; the pictures are at ", "; картинки здесь: ")
                        + result.urls.joined(separator: " ")
                } else { "" }
            return FalCredentials.redact(
                "\(count) \(BatchReport.title(job)): \(language.wording("failed", "ошибка")): \(failure.error.message(in: language)) [\(failure.error.code.rawValue)]\(place)"
            )
        }
    }

    private var count: String { "[\(progress.ended)/\(progress.total)]" }

    /// Ten times a second at most.
    private func redraw() {
        guard redraws else { return }
        StatusLine.show(report.text(progress, atEnd: false))
        timer = LoopExecutor.shared.schedule(after: .milliseconds(100)) { [weak self] in self?.redraw() }
    }
}
