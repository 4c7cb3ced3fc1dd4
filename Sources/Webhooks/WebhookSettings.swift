/// Where a receiver listens, and its limits.
package struct WebhookSettings: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes a free one.
    package var port = 0
    /// Where fal's deliveries are posted.
    package var path = "/webhooks/fal"

    /// Bytes of a body.
    package var maximumBody = 4 << 20
    /// Bytes of all bodies that are being read.
    package var maximumBuffered = 64 << 20
    /// Bytes of a request's line and headers.
    package var maximumHead = 16 << 10
    package var maximumConnections = 256

    /// From the first byte of a request to the end of its head.
    package var headTime = Duration.seconds(10)
    /// From the head to the end of the body; fal gives up after 15 seconds.
    package var bodyTime = Duration.seconds(20)
    /// From the end of a request to its answer; longer than a script's function may take.
    package var answerTime = Duration.seconds(70)
    /// Between two requests.
    package var idleTime = Duration.seconds(75)

    /// How far a timestamp may be from now, in seconds (facts: webhooks §1.8).
    package var clockTolerance: Int64 = 300
    /// How long keys are used before they are asked for again (the same).
    package var keyLifetime = Duration.seconds(24 * 3600)
    /// The pause after a fetch of the keys that brought a new one; it doubles while none comes.
    package var firstKeyPause = Duration.seconds(5)
    package var longestKeyPause = Duration.seconds(600)

    package init() {}
}
