package import EventLoop
package import FalClient
package import JSON

/// What one run spends: reserved before each submit, settled when the job's price is known.
///
/// Reservations are made in one step on the loop, so that jobs side by side cannot pass the limit together.
@LoopActor
package final class Spending {
    package let budget: Budget
    private let prices: PriceTable
    /// The known prices of settled jobs.
    private var spent = Dollars.zero
    /// What settled jobs without a known price count as, and what open jobs may cost.
    private var reserved = Dollars.zero
    private var open: [String: JobCost] = [:]
    private var paidJobs = 0
    private var unknownPrices = 0
    /// Told of every job that ends.
    var metrics: RunMetrics?

    package init(budget: Budget = Budget(), prices: PriceTable = .published) {
        self.budget = budget
        self.prices = prices
    }

    /// Sets aside what a job may cost; throws `budget_exceeded` when the run's limit does not allow it, and then nothing
    /// may be sent. Every reservation is settled or released.
    package func reserve(
        _ id: String, _ endpoint: EndpointID, _ arguments: JSONObject
    ) throws(GenerationError) -> JobCost {
        let name = endpoint.description
        let estimate = estimate(name, arguments)
        let amount = try amount(of: estimate, name, arguments)
        if let limit = budget.perRun, let amount, spent + reserved + amount > limit {
            let reason = BudgetRefusal.Reason.tooMuch(needed: amount, spent: spent, reserved: reserved)
            throw .budgetExceeded(BudgetRefusal(endpoint: name, period: .run, limit: limit, reason: reason))
        }
        let cost = JobCost(estimate: amount, perUnit: estimate.price?.perUnit)
        reserved += amount ?? .zero
        open[id] = cost
        return cost
    }

    func estimate(_ endpoint: String, _ arguments: JSONObject) -> CostEstimate {
        CostEstimate(endpoint: endpoint, arguments: arguments, prices: prices)
    }

    /// The estimate, else the assumed price of each picture; nil, where no limit is set, when neither is there.
    private func amount(
        of estimate: CostEstimate, _ endpoint: String, _ arguments: JSONObject
    ) throws(GenerationError) -> Dollars? {
        guard case .unknown(let why) = estimate else { return estimate.amount }
        let pictures = BilledRequest(endpoint: nil, arguments: arguments).pictures
        if let assumed = pictures.flatMap({ budget.assumedPrice?.times(Double($0)) }) { return assumed }
        guard let limit = budget.perRun ?? budget.perDay else { return nil }
        throw .budgetExceeded(
            BudgetRefusal(
                endpoint: endpoint, period: budget.perRun == nil ? .day : .run, limit: limit,
                reason: .unknownCost(why)))
    }

    /// Gives back the reservation of a job that was never sent.
    package func release(_ id: String) {
        metrics?.withdraw(id)
        if let cost = open.removeValue(forKey: id) { reserved -= cost.estimate ?? .zero }
    }

    /// Takes down what a job cost that came to its end, and returns it; nil where it is not known. Then the budget goes
    /// on counting the estimate.
    @discardableResult
    package func settle(_ id: String, _ state: Job.State) -> Dollars? {
        guard state.isEnded, let cost = open[id] else { return nil }
        let price = state.price(perUnit: cost.perUnit, reachedFal: state.mayHaveReachedFal)
        open[id] = nil
        if let price {
            reserved -= cost.estimate ?? .zero
            spent += price
            if price > .zero { paidJobs += 1 }
        } else {
            unknownPrices += 1
        }
        metrics?.end(id, state, estimate: cost.estimate, price: price)
        return price
    }

    package var summary: Summary {
        Summary(
            spent: spent, reserved: reserved, limit: budget.perRun, jobs: paidJobs + unknownPrices + open.count,
            unknownPrices: unknownPrices, open: open.count)
    }

    /// A run's spending so far.
    package struct Summary: Sendable, Equatable {
        package let spent: Dollars
        package let reserved: Dollars
        /// The run's.
        package let limit: Dollars?
        /// Those that cost something or may have.
        package let jobs: Int
        /// Of jobs that came to an end.
        package let unknownPrices: Int
        /// Jobs that did not come to an end here.
        package let open: Int
    }
}

extension Job.State {
    fileprivate var mayHaveReachedFal: Bool {
        if case .unknown = self { true } else { request != nil }
    }
}

extension Spending.Summary: CustomStringConvertible {
    /// `spent $0.42 of $5.00 in 12 jobs, 1 not settled, 1 price unknown, which may cost another $0.06`.
    package var description: String {
        var text = "spent \(spent)"
        if let limit { text += " of \(limit)" }
        text += " in \(jobs) job\(jobs == 1 ? "" : "s")"
        if open > 0 { text += ", \(open) not settled" }
        if unknownPrices > 0 { text += ", \(unknownPrices) price\(unknownPrices == 1 ? "" : "s") unknown" }
        if reserved > .zero { text += ", which may cost another \(reserved)" }
        return text
    }
}
