/// How long to wait between two looks at a status.
package struct PollSchedule: Sendable, Equatable {
    /// The first pause.
    package let first: Duration
    /// The pause that is never exceeded.
    package let longest: Duration
    /// The factor from one pause to the next.
    package let growth: Double
    private var upcoming: Duration

    /// A schedule at its beginning.
    package init(first: Duration = .milliseconds(250), longest: Duration = .seconds(2), growth: Double = 1.5) {
        self.first = first
        self.longest = longest
        self.growth = growth
        upcoming = first
    }

    /// The next interval: `first`, then each `growth` times the one before, at most `longest`.
    package mutating func next() -> Duration {
        let interval = min(upcoming, longest)
        upcoming = min(upcoming * growth, longest)
        return interval
    }

    /// Starts over, when the status has changed.
    package mutating func reset() { upcoming = first }
}
