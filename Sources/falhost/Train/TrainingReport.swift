import EventLoop
import Generation
import JSON
import Training

/// What `falhost train` says before and after.
@LoopActor
enum TrainingReport {
    /// Findings go to standard error, one a line.
    static func findings(_ plan: TrainingPlan, _ language: Language) {
        for finding in plan.findings {
            Console.note("\(finding.level.word(in: language)): \(finding.text(in: language))")
        }
    }

    static func dryRun(_ plan: TrainingPlan, _ language: Language, json: Bool) throws {
        if json { return try Console.output(.object(plan.json)) }
        findings(plan, language)
        let photos = language.count(plan.photos.count, "photo", ("фото", "фото", "фото"))
        var lines = [
            (language.wording("avatar", "аватар"), "\(plan.avatarID) (\(plan.request.type.rawValue))"),
            (language.wording("endpoint", "модель"), plan.trainer.id),
            (language.wording("preset", "пресет"), plan.request.preset),
            (language.wording("photos", "фото"), "\(photos), \(size(plan.photos.bytes))"),
        ]
        for (name, value) in plan.arguments(
            archive: plan.photos.archive ?? language.wording("a zip archive of them", "zip-архив из них"))
        {
            let origin = plan.config.arguments.first { $0.name == name }?.origin
            let text = try value.stringValue ?? String(decoding: try value.serialized(), as: UTF8.self)
            lines.append((name, text + (origin.map { "  (\($0))" } ?? "")))
        }
        for key in plan.config.dropped {
            let reason = language.wording(
                "not sent: this trainer has no such key", "не отправляется: у этой модели нет такого ключа")
            lines.append((key, reason))
        }
        lines.append((language.wording("cost", "цена"), plan.estimate.text(endpoint: plan.trainer.id)))
        let width = lines.map(\.0.count).max() ?? 0
        for (name, text) in lines {
            Console.output(name + String(repeating: " ", count: width - name.count) + "  " + text)
        }
        Console.note(language.wording("nothing was sent", "ничего не отправлено"))
        if !plan.errors.isEmpty {
            throw CommandError(
                .invalidData,
                language.wording("these photos would not be sent: see above", "эти фото не отправятся: см. выше"))
        }
    }

    static func end(_ training: FinishedTraining, _ language: Language, json: Bool) throws {
        if let remark = training.remark { Console.note(remark) }
        if json { return try Console.output(.object(training.json)) }
        if training.isEarlier {
            Console.note(
                language.wording(
                    "an earlier run began this training: it was not paid for again",
                    "это обучение начал прежний запуск: второй раз за него не платили"))
        }
        Console.output([training.avatar.id, training.file].compactMap(\.self).joined(separator: "\t"))
    }

    static func size(_ bytes: Int) -> String {
        bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\((bytes + (1 << 19)) >> 20) MiB"
    }
}

/// How far a training is: a line at the bottom of a terminal; elsewhere only what happens once.
@LoopActor
final class TrainingDisplay {
    private let quiet: Bool
    private let isLive: Bool
    private let language: Language
    private let start = ContinuousClock.now

    init(quiet: Bool, language: Language) {
        self.language = language
        self.quiet = quiet
        isLive = !quiet && StatusLine.isPossible
    }

    func show(_ event: TrainingEvent) {
        if quiet { return }
        switch event {
        case .packed(let photos, let bytes):
            let size = TrainingReport.size(bytes)
            note(language.wording("\(photos) photos packed, \(size)", "упаковано фото: \(photos), \(size)"))
        case .uploadedBefore:
            note(
                language.wording(
                    "the photos are at fal already: not uploaded again", "фото уже у fal: снова не отправляются"))
        case .uploading(let bytes): note(language.wording("uploading ", "отправляется ") + TrainingReport.size(bytes))
        case .uploadedParts(let done, let count):
            live(language.wording("uploaded \(done) of \(count) parts", "отправлено частей: \(done) из \(count)"))
        case .submitted(let job, let request):
            note(
                language.wording(
                    "training: job \(job), request \(request)", "обучение: задание \(job), запрос \(request)"))
        case .queued(let position):
            let ahead = position.map { language.wording(", \($0) ahead", ", впереди \($0)") } ?? ""
            live(language.wording("in fal's queue", "в очереди fal") + ahead)
        case .line(_, let progress?): live(language.wording("training ", "обучение ") + progress.text)
        case .line(let line, nil): live(language.wording("training: ", "обучение: ") + line)
        }
    }

    func end() { StatusLine.clear() }

    private func note(_ text: String) { Console.note("[FAL AI] \(text)") }

    private func live(_ text: String) {
        guard isLive else { return }
        let seconds = Int((ContinuousClock.now - start) / .seconds(1))
        StatusLine.show("\(text) (\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60))")
    }
}
