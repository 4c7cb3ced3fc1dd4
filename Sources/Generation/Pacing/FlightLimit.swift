/// How many jobs may be in flight: what the operator set, and less where fal refuses (additive increase, multiplicative
/// decrease, as TCP does it: RFC 5681).
struct FlightLimit: Sendable, Equatable {
    private enum State: Equatable {
        case open
        /// So many submits were accepted since the limit last changed.
        case narrowed(to: Int, accepted: Int)
    }

    /// nil for any number.
    let ceiling: Int?
    private var state = State.open

    init(ceiling: Int?) {
        self.ceiling = ceiling
    }

    /// nil for any number.
    var current: Int? {
        if case .narrowed(let limit, _) = state { limit } else { ceiling }
    }

    var isNarrowed: Bool { state != .open }

    /// A submit was refused, and `left` others are in flight.
    ///
    /// - Parameters:
    ///   - isNews: false for one that was under way together with one that was refused before.
    ///   - namesConcurrency: fal says that it has too many jobs of the account: then what it did not refuse is the limit.
    ///     Otherwise it is halved.
    mutating func refuse(left: Int, isNews: Bool, namesConcurrency: Bool) {
        let limit = max(1, isNews && !namesConcurrency ? left / 2 : left)
        state = .narrowed(to: min(limit, current ?? limit), accepted: 0)
    }

    /// A submit was accepted that left after the last refusal: one more is allowed for each limit's worth of these.
    mutating func accept() {
        guard case .narrowed(let limit, let accepted) = state else { return }
        let grows = accepted + 1 >= limit
        state = .narrowed(to: grows ? limit + 1 : limit, accepted: grows ? 0 : accepted + 1)
        if let ceiling, let current, current >= ceiling { state = .open }
    }
}
