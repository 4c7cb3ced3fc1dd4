internal import FalClient

/// What is known of a job's cost, as the ledger keeps it.
package struct JobCost: Sendable, Equatable {
    /// Before the job: what a budget counts until the price is known. Nil where it could not be told.
    package let estimate: Dollars?
    /// The endpoint's price at that time.
    package let perUnit: Dollars?
    /// After the job: what it cost. Nil while it is open, and where fal did not tell.
    package var price: Dollars?

    package init(estimate: Dollars?, perUnit: Dollars?, price: Dollars? = nil) {
        self.estimate = estimate
        self.perUnit = perUnit
        self.price = price
    }

    /// Of a job of which nothing is known.
    package static let unknown = JobCost(estimate: nil, perUnit: nil)
}

extension JobOutput {
    /// Nil where fal did not tell the units, or nobody the price.
    package func price(perUnit: Dollars?) -> Dollars? {
        billableUnits.flatMap { units in perUnit.flatMap { $0.times(units) } }
    }
}

extension Job.State {
    /// What a job in this state has cost; nil where that is not known (yet).
    ///
    /// What never reached fal costs nothing, nor does what fal's own fault ended (fal's FAQ: 5xx is not billed). A
    /// request that the model refused may have used its time, and a cancelled one may still have been made.
    ///
    /// - Parameter reachedFal: whether fal has ever had the job, which a state alone does not always tell.
    package func price(perUnit: Dollars?, reachedFal: Bool) -> Dollars? {
        switch self {
        case .completed(_, let output):
            output.price(perUnit: perUnit)
        case .failed(_, let failure) where !reachedFal || failure.code == FalError.Code.serverError.rawValue: .zero
        case .cancelled where !reachedFal: .zero
        case .intent, .submitting, .submitted, .failed, .cancelled, .unknown, .expired: nil
        }
    }

    /// True when nothing more happens to it by itself.
    package var isEnded: Bool {
        switch self {
        case .intent, .submitting, .submitted: false
        case .completed, .failed, .cancelled, .unknown, .expired: true
        }
    }
}
