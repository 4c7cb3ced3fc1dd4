/// A token bucket, kept as the one moment that says it all (ITU-T I.371, generic cell rate algorithm).
struct SubmitRate: Sendable, Equatable {
    private let interval: Duration
    /// How far ahead of the steady rate a burst may run.
    private let slack: Duration
    /// When the next submit is due at the steady rate; nil before the first.
    private var due: ContinuousClock.Instant?

    init(perSecond: Double, burst: Int) {
        interval = .seconds(1 / perSecond)
        slack = interval * (burst - 1)
    }

    /// When the next submit may leave, now or later.
    func opening(from now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        guard let due else { return now }
        return max(now, due - slack)
    }

    /// Takes a token, of which `opening` has said that it is there.
    mutating func take(at now: ContinuousClock.Instant) {
        due = max(now, due ?? now) + interval
    }
}
