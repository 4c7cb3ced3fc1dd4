import Batch
import Generation

/// A batch in words, for people.
enum BatchReport {
    /// `512 of 1500 done, 3 failed, 8 in flight, 4.2/s, $1.24, 3 min 55 s left`.
    static func text(_ progress: BatchProgress, atEnd: Bool, now: ContinuousClock.Instant = .now) -> String {
        var parts = ["\(progress.completed) of \(progress.total) done"]
        if progress.resumed > 0 { parts.append("\(progress.resumed) of them paid for before") }
        if progress.failed > 0 { parts.append("\(progress.failed) failed") }
        if !atEnd, progress.inFlight > 0 { parts.append("\(progress.inFlight) in flight") }
        if let rate = progress.rate(at: now) { parts.append(decimal(rate) + "/s") }
        if progress.spent > .zero { parts.append("\(progress.spent)") }
        if progress.unknownPrices > 0 {
            parts.append("\(progress.unknownPrices) price\(progress.unknownPrices == 1 ? "" : "s") unknown")
        }
        if atEnd {
            parts.append("in \(time(progress.elapsed(at: now)))")
        } else if let left = progress.timeLeft(at: now) {
            parts.append("\(time(left)) left")
        }
        return parts.joined(separator: ", ")
    }

    /// `anna fast "smiling portrait in a park"`.
    static func title(_ job: BatchJob) -> String {
        let words = job.prompt.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let prompt = words.count > 60 ? words.prefix(59) + "…" : words[...]
        return ([job.avatar, job.preset].compactMap { $0 } + ["\"\(prompt)\""]).joined(separator: " ")
    }

    static func text(_ result: GenerationResult) -> String {
        [decimal(result.duration) + " s", result.price?.description].compactMap { $0 }.joined(separator: ", ")
    }

    /// What `--dry-run` prints.
    static func text(_ forecast: BatchForecast, duration: Duration?, concurrency: Int, budget: Dollars?) -> [String] {
        var rows = [["avatar", "preset", "endpoint", "jobs", "pictures", "estimate"]]
        rows += (forecast.rows + (forecast.rows.count > 1 ? [forecast.total] : [])).map { row in
            [row.avatar, row.preset, row.endpoint, String(row.jobs), String(row.pictures), cost(row)]
        }
        let time = duration.map { "about \(Self.time($0)), \(concurrency) at a time, as long as earlier jobs took" }
        let hint = forecast.total.unknownCosts > 0 ? ["unknown prices: give them in .falhost/prices.json"] : []
        return aligned(rows) + hint + [
            "time: " + (time ?? "unknown: no earlier job of these endpoints is in the ledger")
        ]
            + (budget.map { above(forecast.total, $0) } ?? []) + ["nothing was sent"]
    }

    private static func above(_ total: BatchForecast.Row, _ budget: Dollars) -> [String] {
        total.cost > budget ? ["the estimate is above the budget of \(budget): jobs will be refused"] : []
    }

    private static func cost(_ row: BatchForecast.Row) -> String {
        if row.unknownCosts == 0 { return "\(row.cost)" }
        if row.unknownCosts == row.jobs { return "unknown" }
        return "\(row.cost) and \(row.unknownCosts) unknown"
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
    static func time(_ duration: Duration) -> String {
        let seconds = Int64((duration / .seconds(1)).rounded())
        switch seconds {
        case ..<1: return "less than a second"
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min \(seconds % 60) s"
        default: return "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        }
    }

    /// With one decimal.
    private static func decimal(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
