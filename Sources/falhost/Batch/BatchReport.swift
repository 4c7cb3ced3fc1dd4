import Batch
import Generation

/// A batch in words, for people.
struct BatchReport {
    let language: Language

    /// `512 of 1500 done, 3 failed, 8 in flight, 4.2/s, $1.24, 3 min 55 s left`.
    func text(_ progress: BatchProgress, atEnd: Bool, now: ContinuousClock.Instant = .now) -> String {
        func words(_ number: Int, _ english: String, _ russian: String) -> String {
            language.wording("\(number) \(english)", "\(russian) \(number)")
        }
        let (completed, total) = (progress.completed, progress.total)
        var parts = [language.wording("\(completed) of \(total) done", "готово \(completed) из \(total)")]
        if progress.resumed > 0 { parts.append(words(progress.resumed, "of them paid for before", "оплачено прежде")) }
        if progress.failed > 0 { parts.append(words(progress.failed, "failed", "с ошибкой")) }
        if !atEnd, progress.inFlight > 0 { parts.append(words(progress.inFlight, "in flight", "в работе")) }
        if let rate = progress.rate(at: now) { parts.append(Self.decimal(rate) + language.wording("/s", "/с")) }
        if progress.spent > .zero { parts.append("\(progress.spent)") }
        if progress.unknownPrices > 0 {
            let count = progress.unknownPrices
            parts.append(words(count, count == 1 ? "price unknown" : "prices unknown", "цен неизвестно"))
        }
        if atEnd {
            let elapsed = time(progress.elapsed(at: now))
            parts.append(language.wording("in \(elapsed)", "прошло \(elapsed)"))
        } else if let left = progress.timeLeft(at: now).map(time) {
            parts.append(language.wording("\(left) left", "осталось \(left)"))
        }
        return parts.joined(separator: ", ")
    }

    /// `anna fast "smiling portrait in a park"`.
    static func title(_ job: BatchJob) -> String {
        let words = job.prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let prompt = words.count > 60 ? words.prefix(59) + "…" : words[...]
        return ([job.avatar, job.preset].compactMap { $0 } + ["\"\(prompt)\""]).joined(separator: " ")
    }

    func text(_ result: GenerationResult) -> String {
        [Self.decimal(result.duration) + language.wording(" s", " с"), result.price?.description].compactMap { $0 }
            .joined(separator: ", ")
    }

    /// What `--dry-run` prints.
    func text(_ forecast: BatchForecast, duration: Duration?, concurrency: Int, budget: Dollars?) -> [String] {
        let names =
            switch language {
            case .english: ["avatar", "preset", "endpoint", "jobs", "pictures", "estimate"]
            case .russian: ["аватар", "пресет", "модель", "заданий", "картинок", "оценка"]
            }
        var rows = [names]
        rows += (forecast.rows + (forecast.rows.count > 1 ? [forecast.total] : [])).map { row in
            [row.avatar, row.preset, row.endpoint, String(row.jobs), String(row.pictures), cost(row)]
        }
        var lines = Self.aligned(rows)
        if forecast.total.unknownCosts > 0 {
            lines.append(
                language.wording(
                    "unknown prices: give them in .falhost/prices.json",
                    "неизвестные цены: задайте их в .falhost/prices.json"))
        }
        lines.append(language.wording("time: ", "время: ") + text(duration, concurrency))
        if let budget, forecast.total.cost > budget {
            lines.append(
                language.wording(
                    "the estimate is above the budget of \(budget): jobs will be refused",
                    "оценка выше бюджета в \(budget): часть заданий будет отклонена"))
        }
        return lines + [language.wording("nothing was sent", "ничего не отправлено")]
    }

    private func text(_ duration: Duration?, _ concurrency: Int) -> String {
        guard let time = duration.map(time) else {
            return language.wording(
                "unknown: no earlier job of these endpoints is in the ledger",
                "неизвестно: в журнале нет прежних заданий у этих моделей")
        }
        return language.wording(
            "about \(time), \(concurrency) at a time, as long as earlier jobs took",
            "около \(time), по \(concurrency) одновременно, если судить по прежним заданиям")
    }

    private func cost(_ row: BatchForecast.Row) -> String {
        if row.unknownCosts == 0 { return "\(row.cost)" }
        if row.unknownCosts == row.jobs { return language.wording("unknown", "неизвестно") }
        return language.wording(
            "\(row.cost) and \(row.unknownCosts) unknown", "\(row.cost) и \(row.unknownCosts) неизвестно")
    }

    /// Three columns of words, then figures.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return column < 3 ? text + padding : padding + text
            }.joined(separator: "  ")
        }
    }

    /// `3 min 55 s`, `1 h 5 min`.
    func time(_ duration: Duration) -> String {
        let seconds = Int64((duration / .seconds(1)).rounded())
        let (minutes, hours) = (seconds / 60, seconds / 3600)
        switch seconds {
        case ..<1: return language.wording("less than a second", "менее секунды")
        case ..<60: return language.wording("\(seconds) s", "\(seconds) с")
        case ..<3600:
            return language.wording("\(minutes) min \(seconds % 60) s", "\(minutes) мин \(seconds % 60) с")
        default: return language.wording("\(hours) h \(minutes % 60) min", "\(hours) ч \(minutes % 60) мин")
        }
    }

    /// With one decimal.
    private static func decimal(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
