package import HTTPTransport

/// The numbers of a client; the defaults are for fal.ai.
package struct FalClientSettings: Sendable {
    package var userAgent = "falhost"
    /// Status streams open at once; jobs beyond it are polled.
    package var maximumStatusStreams = 256
    package var polling = PollSchedule()
    package var retry = RetryPolicy()
    /// Of one API call; a direct run and a stream have no limit but the caller's.
    package var deadlines = HTTPRequest.Deadlines()
    /// Silence after which a status stream counts as broken; fal sends a comment every 15 seconds.
    package var streamIdle = Duration.seconds(60)
    /// How long the cancellation of an abandoned job may take.
    package var cancelDeadline = Duration.seconds(5)
    /// How long a submit that is under way may take to tell its request id after its task was cancelled.
    package var submitGrace = Duration.seconds(5)
    package var maximumResponseSize = 64 << 20
    package var maximumEventSize = 8 << 20
    package var maximumDownloadSize = 1 << 30
    /// Files larger than this are uploaded in parts.
    package var multipartThreshold = 90 << 20
    package var partSize = 10 << 20
    package var parallelParts = 4

    package init() {}
}
