package import Logging

/// What is fixed for a whole run.
package struct GenerationSettings: Sendable {
    /// No request leaves the process; pictures are placeholders (`AVATAR_TEST_MODE`).
    package var testMode: Bool
    /// The language of the log lines.
    package var language: Language
    package var logger: Logger
    /// The project's own endpoints instead of the routes' defaults.
    package var endpoints: [Route: String]
    /// How long a job may take where its config has no `timeout`.
    package var timeout: Duration
    package var prices: PriceTable

    package init(
        testMode: Bool = false, language: Language = .english, logger: Logger, endpoints: [Route: String] = [:],
        timeout: Duration = JobOptions.usualTimeout, prices: PriceTable = .published
    ) {
        self.testMode = testMode
        self.language = language
        self.logger = logger
        self.endpoints = endpoints
        self.timeout = timeout
        self.prices = prices
    }
}
