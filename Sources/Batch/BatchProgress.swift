package import Generation

/// How far a batch is.
package struct BatchProgress: Sendable {
    package let total: Int
    package private(set) var completed = 0
    package private(set) var failed = 0
    package private(set) var inFlight = 0
    /// Of those that failed: refused for the budget.
    package private(set) var overBudget = 0
    /// Results that an earlier run paid for.
    package private(set) var resumed = 0
    package private(set) var pictures = 0
    /// Of completed jobs whose price is known.
    package private(set) var spent = Dollars.zero
    package private(set) var unknownPrices = 0
    private let start: ContinuousClock.Instant

    package init(total: Int, start: ContinuousClock.Instant = .now) {
        self.total = total
        self.start = start
    }

    package mutating func apply(_ event: BatchEvent) {
        switch event {
        case .started: inFlight += 1
        case .completed(_, let outcome):
            inFlight -= 1
            completed += 1
            add(outcome.result)
        case .failed(_, let failure):
            inFlight -= 1
            failed += 1
            if failure.error.code == .budgetExceeded { overBudget += 1 }
            if case .saving(let result, _) = failure { add(result) }
        }
    }

    private mutating func add(_ result: GenerationResult) {
        pictures += result.images.count
        if result.isResumed {
            resumed += 1
            return
        }
        if let price = result.price { spent += price } else if !result.simulated { unknownPrices += 1 }
    }

    package var ended: Int { completed + failed }
    package var notStarted: Int { total - ended - inFlight }

    /// Jobs that came to their end, a second.
    package func rate(at now: ContinuousClock.Instant = .now) -> Double? {
        let seconds = (now - start) / .seconds(1)
        return ended > 0 && seconds > 0 ? Double(ended) / seconds : nil
    }

    /// At the rate so far; nil before anything has ended.
    package func timeLeft(at now: ContinuousClock.Instant = .now) -> Duration? {
        rate(at: now).map { .seconds(Double(total - ended) / $0) }
    }

    package func elapsed(at now: ContinuousClock.Instant = .now) -> Duration { now - start }
}
