package import FalClient

extension FalClientSettings {
    /// Short pauses between attempts and polls, for a server on loopback; deadlines as usual.
    package static func withShortPauses(attempts: Int) -> FalClientSettings {
        var settings = FalClientSettings()
        settings.retry.firstDelay = .milliseconds(2)
        settings.retry.longestDelay = .milliseconds(20)
        settings.retry.maximumAttempts = attempts
        settings.polling = PollSchedule(first: .milliseconds(2), longest: .milliseconds(20))
        return settings
    }
}
