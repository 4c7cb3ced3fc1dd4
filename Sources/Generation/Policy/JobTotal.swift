/// What a set of jobs comes to, as a budget counts it.
package struct JobTotal: Sendable, Equatable {
    /// Known prices, and the estimates of jobs whose price is not known (yet).
    package var committed: Dollars
    /// Those that cost something or may have.
    package var jobs: Int

    package init(committed: Dollars = .zero, jobs: Int = 0) {
        self.committed = committed
        self.jobs = jobs
    }
}

extension Spending {
    /// This run's.
    var total: JobTotal {
        let summary = summary
        return JobTotal(committed: summary.spent + summary.reserved, jobs: summary.jobs)
    }
}
