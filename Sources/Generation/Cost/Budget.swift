/// What the operator allows to be spent.
package struct Budget: Sendable, Equatable {
    /// By one run; nil sets no limit.
    package var perRun: Dollars?
    /// By all runs since midnight, local time; nil sets no limit.
    package var perDay: Dollars?
    /// What each picture counts as where its endpoint's price is not known; without it a limit refuses such a job.
    package var assumedPrice: Dollars?

    package init(perRun: Dollars? = nil, perDay: Dollars? = nil, assumedPrice: Dollars? = nil) {
        self.perRun = perRun
        self.perDay = perDay
        self.assumedPrice = assumedPrice
    }

    package var hasLimit: Bool { perRun != nil || perDay != nil }
}

/// What the ledger checks in the same transaction that adds a job: no other process can spend it in between.
package struct DayBudget: Sendable, Equatable {
    package let limit: Dollars
    /// The beginning of the day.
    package let since: Timestamp

    package init(limit: Dollars, since: Timestamp) {
        self.limit = limit
        self.since = since
    }
}

/// Why a job was not sent.
package struct BudgetRefusal: Sendable, Equatable {
    package enum Period: String, Sendable {
        case run, day
    }

    package enum Reason: Sendable, Equatable {
        /// `reserved` is what jobs that are not settled may still cost.
        case tooMuch(needed: Dollars, spent: Dollars, reserved: Dollars)
        /// The job's cost cannot be told, and nothing says what to count.
        case unknownCost(CostEstimate.Reason)
        /// A direct call, which leaves nothing in the ledger that the day's other runs could count.
        case notRecorded
    }

    package let endpoint: String
    package let period: Period
    package let limit: Dollars
    package let reason: Reason

    package init(endpoint: String, period: Period, limit: Dollars, reason: Reason) {
        self.endpoint = endpoint
        self.period = period
        self.limit = limit
        self.reason = reason
    }
}

extension Budget {
    /// The day's limit, for a job of this moment.
    package func day(at time: Timestamp) -> DayBudget? {
        perDay.map { DayBudget(limit: $0, since: time.localMidnight) }
    }
}
