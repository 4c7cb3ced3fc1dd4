package import JSON

/// How long a job will take, as far as earlier ones of the same endpoint and preset tell.
package struct ExpectedTime: Sendable, Equatable {
    /// From the submit to the result, sorted.
    private let durations: [Duration]
    /// Whether those were a simulator's: they tell nothing of fal.
    package let isSimulated: Bool

    package init(_ durations: [Duration], isSimulated: Bool) {
        self.durations = durations.sorted()
        self.isSimulated = isSimulated
    }

    package var jobs: Int { durations.count }

    /// The time within which half of them were done; nil where there was none.
    package var median: Duration? { durations.quantile(0.5) }

    /// The time within which 95 of a hundred were done.
    package var most: Duration? { durations.quantile(0.95) }

    /// Seconds, null where there was no job.
    package var json: JSONObject {
        func seconds(_ duration: Duration?) -> JSONValue { duration.map { .number($0 / .seconds(1)) } ?? .null }
        return [
            "p50": seconds(median), "p95": seconds(most), "jobs": .integer(Int64(jobs)),
            "simulated": .bool(isSimulated),
        ]
    }
}

extension [Duration] {
    /// The shortest time within which such a share of them was done; they are sorted.
    func quantile(_ share: Double) -> Duration? {
        guard !isEmpty else { return nil }
        let rank = Int((share * Double(count)).rounded(.up))
        return self[Swift.min(Swift.max(rank, 1), count) - 1]
    }
}
