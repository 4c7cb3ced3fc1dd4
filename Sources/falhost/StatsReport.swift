import Generation
import JSON

/// What `falhost stats` prints.
struct StatsReport {
    let records: [JobRecord]
    let filter: RecordFilter

    var json: JSONObject {
        var json: JSONObject = ["simulated": .bool(filter.simulated)]
        if let run = filter.run { json.append("run", .string(run)) }
        if let since = filter.since { json.append("since", .string(since.description)) }
        json.append("total", .object(Statistics(records).json))
        for grouping in Statistics.Grouping.allCases {
            let groups = Statistics.groups(records, by: grouping).map { name, statistics in
                var group: JSONObject = [grouping.rawValue: name.map { .string($0) } ?? .null]
                group.merge(statistics.json)
                return JSONValue.object(group)
            }
            json.append("by_\(grouping.rawValue)", .array(groups))
        }
        return json
    }

    /// Lines for people; the chart is for a terminal.
    func text(withChart: Bool) -> [String] {
        guard !records.isEmpty else {
            return [filter.simulated ? "no jobs of a simulator" : "no jobs (--simulated shows those of a simulator)"]
        }
        var rows = [Self.header, Self.row("all", Statistics(records))]
        for grouping in [Statistics.Grouping.preset, .endpoint] {
            let groups = Statistics.groups(records, by: grouping)
            rows.append([])
            rows.append(["by \(grouping.rawValue)"])
            rows += groups.map { Self.row($0.name ?? "(none)", $0.1) }
        }
        return Self.aligned(rows) + (withChart ? chart : [])
    }

    private static let header = ["", "jobs", "success", "p50", "p95", "spent", "unknown prices", "nsfw"]

    private static func row(_ name: String, _ statistics: Statistics) -> [String] {
        func percent(_ share: Double?) -> String { share.map { decimal($0 * 100) + " %" } ?? "-" }
        func seconds(_ duration: Duration?) -> String { duration.map(Self.seconds) ?? "-" }
        // Without any known price there is no sum to show.
        let isUnknown = statistics.spent == .zero && statistics.unknownPrices > 0
        return [
            name, String(statistics.jobs), percent(statistics.successRate),
            seconds(statistics.duration(quantile: 0.5)), seconds(statistics.duration(quantile: 0.95)),
            isUnknown ? "-" : statistics.spent.description, String(statistics.unknownPrices),
            percent(statistics.flaggedShare),
        ]
    }

    /// `640 ms`, `4.1 s`
    static func seconds(_ duration: Duration) -> String {
        duration < .seconds(1)
            ? "\(Int64((duration / .milliseconds(1)).rounded())) ms" : decimal(duration / .seconds(1)) + " s"
    }

    /// With one decimal.
    private static func decimal(_ value: Double) -> String {
        let tenths = Int64((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// The first column to the left, the figures to the right.
    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = header.indices.map { column in
            rows.lazy.filter { $0.count > column }.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                if column == 0 { return row.count == 1 ? text : text + padding }
                return "  " + padding + text
            }.joined()
        }
    }

    // MARK: Chart

    /// What each of the last days cost, as bars.
    private var chart: [String] {
        let days = Statistics.groups(records, by: .day).suffix(14)
        guard let most = days.map(\.1.spent).max(), most > .zero else { return [] }
        let bars = days.map { day, statistics in
            let length = (statistics.spent.number / most.number * 40).rounded(.up)
            return "\(day ?? "")  \(String(repeating: "█", count: Int(length))) \(statistics.spent)"
        }
        return ["", "spent by day"] + bars
    }
}
