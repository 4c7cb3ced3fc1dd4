package import HTTPTransport

/// The numbers of a client; the defaults are for fal.ai.
package struct FalClientSettings: Sendable {
    /// The `User-Agent` of every request.
    package var userAgent = "falhost"
    /// Status streams open at once; jobs beyond it are polled.
    package var maximumStatusStreams = 256
    /// The pauses between two looks at a status.
    package var polling = PollSchedule()
    /// When a failed call is made again.
    package var retry = RetryPolicy()
    /// Of one API call; a direct run and a stream have no limit but the caller's.
    package var deadlines = HTTPRequest.Deadlines()
    /// Silence after which a status stream counts as broken; fal sends a comment every 15 seconds.
    package var streamIdle = Duration.seconds(60)
    /// How long the cancellation of an abandoned job may take.
    package var cancelDeadline = Duration.seconds(5)
    /// How long a submit that is under way may take to tell its request id after its task was cancelled.
    package var submitGrace = Duration.seconds(5)
    /// Bytes of an API answer; more is `malformed_response`.
    package var maximumResponseSize = 64 << 20
    /// Bytes of one event of a stream.
    package var maximumEventSize = 8 << 20
    /// Bytes of a downloaded file.
    package var maximumDownloadSize = 1 << 30
    /// Files larger than this number of bytes are uploaded in parts.
    package var multipartThreshold = 90 << 20
    /// Pages of the list of an endpoint's requests that are read; a page has up to 100 requests.
    package var maximumListingPages = 100
    /// Bytes of a part.
    package var partSize = 10 << 20
    /// Parts of one upload that are sent side by side.
    package var parallelParts = 4

    /// The defaults.
    package init() {}
}
