package import Logging

/// What is fixed for a whole run.
package struct GenerationSettings: Sendable {
    /// No request leaves the process; pictures are placeholders (`AVATAR_TEST_MODE`).
    package var testMode: Bool
    /// The language of the log lines.
    package var language: Language
    package var logger: Logger
    /// The project's own endpoints instead of the routes' defaults.
    package var endpoints: [Route: Placed<String>]
    /// The project's own preset of calls that name none.
    package var defaultPreset: Placed<String>?
    /// How many prompts of a batch are under way at a time, where the call does not say.
    package var concurrency: Int
    /// How long a job may take where its config has no `timeout`.
    package var timeout: Duration
    package var prices: PriceTable

    package init(
        testMode: Bool = false, language: Language = .english, logger: Logger, endpoints: [Route: Placed<String>] = [:],
        defaultPreset: Placed<String>? = nil, concurrency: Int = 8, timeout: Duration = JobOptions.usualTimeout,
        prices: PriceTable = .published
    ) {
        self.testMode = testMode
        self.language = language
        self.logger = logger
        self.endpoints = endpoints
        self.defaultPreset = defaultPreset
        self.concurrency = concurrency
        self.timeout = timeout
        self.prices = prices
    }
}
