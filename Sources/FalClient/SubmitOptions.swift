/// What may be said with a submit besides the model's arguments (facts: request headers §1.9).
package struct SubmitOptions: Sendable, Equatable {
    /// The queue's own words.
    package enum Priority: String, Sendable {
        case normal
        case low
    }

    /// nil: fal's default.
    package var priority: Priority?
    /// fal drops the job when it has not started by then; more than one second.
    package var startTimeout: Duration?
    /// fal posts the result there: an http or https URL.
    package var webhook: String?
    /// Jobs with the same hint go to the same runner where possible.
    package var hint: String?
    /// Refused with `rate_limited` when more are waiting.
    package var maxQueueLength: Int?

    package init(
        priority: Priority? = nil, startTimeout: Duration? = nil, webhook: String? = nil, hint: String? = nil,
        maxQueueLength: Int? = nil
    ) {
        self.priority = priority
        self.startTimeout = startTimeout
        self.webhook = webhook
        self.hint = hint
        self.maxQueueLength = maxQueueLength
    }

    /// The same, but fal posts the result to `webhook` unless an address is there already.
    package func posting(to webhook: String?) -> SubmitOptions {
        var options = self
        options.webhook = options.webhook ?? webhook
        return options
    }

    /// The same, but fal drops the job when it has not started by `deadline`, unless a start timeout is there already.
    package func startingBefore(_ deadline: ContinuousClock.Instant?) -> SubmitOptions {
        var options = self
        if options.startTimeout == nil, let left = deadline.map({ $0 - .now }), left > .seconds(1) {
            options.startTimeout = left
        }
        return options
    }
}
