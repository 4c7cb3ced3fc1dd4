import Generation
import JSON

extension ExplanationDifference {
    /// The differences for people: a line for each of the two below each name.
    func text(in language: Language) throws -> String {
        let (first, second) = (left.plan.config.preset.name, right.plan.config.preset.name)
        let width = max(first.count, second.count)
        func pair(_ name: String, _ a: String, _ b: String) -> [String] {
            func padded(_ preset: String) -> String { preset + String(repeating: " ", count: width - preset.count) }
            return [name, "  \(padded(first))  \(a)", "  \(padded(second))  \(b)"]
        }
        var lines: [String] = []
        for row in rows { lines += try pair(row.name, Self.text(row.left), Self.text(row.right)) + [""] }
        if rows.isEmpty { lines += [language.wording("the same request", "тот же запрос"), ""] }
        lines += pair(language.wording("cost", "цена"), left.costText, right.costText) + [""]
        lines += pair(language.wording("time", "время"), left.timeText(in: language), right.timeText(in: language))
        if !same.isEmpty {
            let names = same.joined(separator: ", ")
            lines += ["", language.wording("the same in both: \(names)", "в обоих одинаково: \(names)")]
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ cell: Cell) throws -> String {
        let value = try cell.value.map { String(decoding: try $0.serialized(), as: UTF8.self) } ?? "-"
        return value + (cell.note.map { "  (\($0))" } ?? "")
    }
}

extension Explanation {
    var costText: String { cost.text(endpoint: plan.endpoint) }

    /// `2.1 s for half of 12 earlier jobs, 4.8 s for 95 %`, or why it is not known.
    func timeText(in language: Language) -> String {
        guard let expectedTime else { return language.wording("unknown: no ledger", "неизвестно: нет журнала") }
        let isSimulated = expectedTime.isSimulated
        guard let median = expectedTime.median, let most = expectedTime.most else {
            return language.wording(
                "unknown: no earlier job\(isSimulated ? " of a simulator" : "") with this preset at this endpoint",
                "неизвестно: \(isSimulated ? "в симуляторе " : "")с этим пресетом у этой модели заданий ещё не было")
        }
        let jobs = language.count(
            expectedTime.jobs, isSimulated ? "earlier simulated job" : "earlier job",
            isSimulated
                ? ("заданию в симуляторе", "заданиям в симуляторе", "заданиям в симуляторе")
                : ("прежнему заданию", "прежним заданиям", "прежним заданиям"))
        let times = "\(StatsReport.seconds(median)) (p50), \(StatsReport.seconds(most)) (p95)"
        return language.wording("\(times) of \(jobs)", "\(times) по \(jobs)")
    }
}
