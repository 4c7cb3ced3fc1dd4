import Batch
import EventLoop
import Generation
import JSON

extension Host {
    /// What `--dry-run` prints of jobs that would be sent.
    func tell(_ forecast: BatchForecast, concurrency: Int, isJSON: Bool = false) async throws {
        let duration = forecast.duration(history: try await history(), concurrency: concurrency)
        let limit = try [budget().perRun, budget().perDay].compactMap { $0 }.min()
        guard isJSON else {
            return BatchReport(language: language)
                .text(forecast, duration: duration, concurrency: concurrency, budget: limit)
                .forEach(Console.output)
        }
        var json = forecast.json
        if let limit {
            json.append("budget", .number(limit.number))
            json.append("above_budget", .bool(forecast.total.cost > limit))
        }
        json.append("time", duration.map { .number($0 / .seconds(1)) } ?? .null)
        try Console.outputLine(json)
    }

    private func history() async throws -> [JobRecord] {
        guard settings.hasLedger else { return [] }
        return try await ledger().records(RecordFilter(simulated: try isSimulated()))
    }
}
