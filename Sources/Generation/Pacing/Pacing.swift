/// How fast a run may submit: fal's limits for an account, as far as its operator knows them.
///
/// Whatever is set here, a submit that fal refuses with 429 slows the run down (`FlightLimit`).
package struct Pacing: Sendable, Equatable {
    /// Jobs between their submit and their end; nil leaves the queueing to fal.
    package var jobsInFlight: Int?
    /// On average; nil for as fast as it goes.
    package var submitsPerSecond: Double?
    /// Submits at once after a quiet time; nil for one.
    package var burst: Int?
    /// Whether jobs that name no fairness key take turns by their avatars.
    package var isFairToAvatars: Bool

    package init(
        jobsInFlight: Int? = nil, submitsPerSecond: Double? = nil, burst: Int? = nil, isFairToAvatars: Bool = false
    ) {
        self.jobsInFlight = jobsInFlight
        self.submitsPerSecond = submitsPerSecond
        self.burst = burst
        self.isFairToAvatars = isFairToAvatars
    }

    /// What can be set.
    package static let jobsInFlight = 1...100_000
    package static let submitsPerSecond = 0.001...100_000
    package static let burst = 1...100_000

    /// The line in which a job waits: jobs of one line come in their order, lines take turns.
    func line(of order: JobOrder) -> String {
        if let key = order.options.fairnessKey { return "key:" + key }
        if isFairToAvatars, let avatar = order.subject?.avatarID { return "avatar:" + avatar }
        return ""
    }
}
