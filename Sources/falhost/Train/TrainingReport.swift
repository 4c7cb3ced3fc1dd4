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
        let photos = "\(plan.photos.count) photo\(plan.photos.count == 1 ? "" : "s")"
        var lines = [
            ("avatar", "\(plan.avatarID) (\(plan.request.type.rawValue))"), ("endpoint", plan.trainer.id),
            ("preset", plan.request.preset), ("photos", "\(photos), \(size(plan.photos.bytes))"),
        ]
        for (name, value) in plan.arguments(archive: plan.photos.archive ?? "a zip archive of them") {
            let origin = plan.config.arguments.first { $0.name == name }?.origin
            let text = try value.stringValue ?? String(decoding: try value.serialized(), as: UTF8.self)
            lines.append((name, text + (origin.map { "  (\($0))" } ?? "")))
        }
        for key in plan.config.dropped { lines.append((key, "not sent: this trainer has no such key")) }
        lines.append(("cost", plan.estimate.text(endpoint: plan.trainer.id)))
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

    static func end(_ training: FinishedTraining, json: Bool) throws {
        if let remark = training.remark { Console.note(remark) }
        if json { return try Console.output(.object(training.json)) }
        if training.isEarlier { Console.note("an earlier run began this training: it was not paid for again") }
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
    private let start = ContinuousClock.now

    init(quiet: Bool) {
        self.quiet = quiet
        isLive = !quiet && StatusLine.isPossible
    }

    func show(_ event: TrainingEvent) {
        if quiet { return }
        switch event {
        case .packed(let photos, let bytes): note("\(photos) photos packed, \(TrainingReport.size(bytes))")
        case .uploadedBefore: note("the photos are at fal already: not uploaded again")
        case .uploading(let bytes): note("uploading \(TrainingReport.size(bytes))")
        case .uploadedParts(let done, let count): live("uploaded \(done) of \(count) parts")
        case .submitted(let job, let request): note("training: job \(job), request \(request)")
        case .queued(let position): live("in fal's queue" + (position.map { ", \($0) ahead" } ?? ""))
        case .line(_, let progress?): live("training \(progress.text)")
        case .line(let line, nil): live("training: \(line)")
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
