package import JSON

/// What a set of jobs came to.
package struct Statistics: Sendable, Equatable {
    package private(set) var jobs = 0
    package private(set) var completed = 0
    /// Failed, expired, or submitted with an answer that was lost.
    package private(set) var failed = 0
    package private(set) var cancelled = 0
    /// The sum of the known prices.
    package private(set) var spent = Dollars.zero
    /// How many jobs came to an end and have no known price.
    package private(set) var unknownPrices = 0
    private var durations: [Duration] = []
    private var checkedPictures = 0
    private var flaggedPictures = 0

    package init(_ records: some Sequence<JobRecord>) {
        for record in records { add(record) }
        durations.sort()
    }

    private mutating func add(_ record: JobRecord) {
        jobs += 1
        switch record.state {
        case .intent, .submitting, .submitted: break
        case .completed: completed += 1
        case .failed, .expired, .unknown: failed += 1
        case .cancelled: cancelled += 1
        }
        if let price = record.cost.price { spent += price } else if record.state.isEnded { unknownPrices += 1 }
        if let duration = record.duration { durations.append(duration) }
        checkedPictures += record.checkedPictures
        flaggedPictures += record.flaggedPictures
    }

    /// Completed ones among those that completed or failed, 0 to 1; nil where there is none.
    package var successRate: Double? { Self.share(completed, of: completed + failed) }

    /// Flagged ones among the pictures that fal's checker judged, 0 to 1; nil where it judged none.
    package var flaggedShare: Double? { Self.share(flaggedPictures, of: checkedPictures) }

    /// The shortest time within which such a share of the completed jobs was done; nil where none was.
    ///
    /// - Parameter share: above 0, at most 1.
    package func duration(quantile share: Double) -> Duration? { durations.quantile(share) }

    private static func share(_ part: Int, of whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }

    /// The figures for programs: shares from 0 to 1, times in seconds, amounts in dollars; null where nothing is known.
    package var json: JSONObject {
        func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
        return [
            "jobs": .integer(Int64(jobs)), "completed": .integer(Int64(completed)), "failed": .integer(Int64(failed)),
            "cancelled": .integer(Int64(cancelled)), "success_rate": number(successRate),
            "p50": number(duration(quantile: 0.5).map { $0 / .seconds(1) }),
            "p95": number(duration(quantile: 0.95).map { $0 / .seconds(1) }), "spent": .number(spent.number),
            "unknown_prices": .integer(Int64(unknownPrices)), "nsfw_share": number(flaggedShare),
        ]
    }
}

extension Statistics {
    /// What jobs are told apart by.
    package enum Grouping: String, Sendable, CaseIterable {
        case preset, endpoint, avatar, run, day

        /// Nil for a job that has none.
        func key(of record: JobRecord) -> String? {
            switch self {
            case .preset: record.preset
            case .endpoint: record.endpoint
            case .avatar: record.avatar
            case .run: record.run
            case .day: record.created.localDay
            }
        }
    }

    /// One for each group, sorted by its name; jobs that have none come last, with nil.
    package static func groups(_ records: [JobRecord], by grouping: Grouping) -> [(name: String?, Statistics)] {
        Dictionary(grouping: records) { grouping.key(of: $0) }
            .map { (name: $0.key, Statistics($0.value)) }
            .sorted { left, right in
                guard let leftName = left.name else { return false }
                return right.name.map { leftName < $0 } ?? true
            }
    }
}

extension Job.State.Name {
    fileprivate var isEnded: Bool {
        switch self {
        case .intent, .submitting, .submitted: false
        case .completed, .failed, .cancelled, .unknown, .expired: true
        }
    }
}
