package import HTTPTransport

/// What an API call does at fal, as far as repeating it is concerned.
package enum FalOperation: Sendable, Equatable {
    /// Makes a job that costs money.
    case submit
    /// Makes pictures at once that cost money: direct run and its stream.
    case run
    case status
    case result
    case cancel
    /// The list of an endpoint's requests.
    case listing
    /// Uploads: repeating them costs nothing.
    case storage
    case download
}

/// Why one attempt failed, reduced to what the decision needs.
package enum CallFailure: Sendable, Equatable {
    case transport(TransportError.Reason, TransportError.Delivery)
    /// A 2xx answer that cannot be used: cut JSON, a missing member.
    case malformed
    case response(Rejection)

    /// A response that is no success.
    package struct Rejection: Sendable, Equatable {
        /// The HTTP status.
        package var status: Int
        /// An HTML page of nginx without `x-fal-request-id`: the request did not get past the entrance.
        package var isIngress = false
        /// fal names an error type that speaks of the job, and will say the same again.
        package var namesType = false
        /// `X-Fal-Request-Timeout-Type: user`.
        package var isUserTimeout = false
        /// What the server asks for.
        package var retryAfter: Duration?

        package init(
            status: Int, isIngress: Bool = false, namesType: Bool = false, isUserTimeout: Bool = false,
            retryAfter: Duration? = nil
        ) {
            self.status = status
            self.isIngress = isIngress
            self.namesType = namesType
            self.isUserTimeout = isUserTimeout
            self.retryAfter = retryAfter
        }
    }
}

/// What to do after a failed attempt.
package enum RetryDecision: Sendable, Equatable {
    case retry(after: Duration)
    case giveUp
    /// A submit that fal may have accepted: it is not repeated, and the error says so (`submit_unknown`).
    case unknown
}

/// When a failed call is made again (facts: checklist §9.1, items 2 and 3), bounded in count and time.
package struct RetryPolicy: Sendable, Equatable {
    /// Of all other calls.
    package var maximumAttempts = 6
    /// Of status and result: a job that is paid for is worth more patience.
    package var maximumAttemptsForJob = 20
    /// From the first attempt to the start of the last.
    package var budget = Duration.seconds(120)
    /// Doubles with each attempt, and is spread by half of itself either way.
    package var firstDelay = Duration.milliseconds(250)
    /// Where the doubling ends.
    package var longestDelay = Duration.seconds(10)
    /// A `Retry-After` beyond it is cut to it.
    package var longestRetryAfter = Duration.seconds(60)

    /// The defaults.
    package init() {}

    /// - Parameters:
    ///   - attempt: attempts made so far, from 1.
    ///   - elapsed: time since the first attempt began.
    ///   - random: evenly from 0 to 1; spreads the delays of many clients.
    package func decision(
        for operation: FalOperation, attempt: Int, elapsed: Duration, failure: CallFailure, random: Double
    ) -> RetryDecision {
        let isMoney = operation == .submit || operation == .run
        guard isMoney ? Self.cannotHaveArrived(failure) : Self.isWorthRepeating(failure, operation) else {
            return operation == .submit && Self.mayHaveArrived(failure) ? .unknown : .giveUp
        }
        let delay = delay(attempt: attempt, failure: failure, random: random)
        let isAboutJob = operation == .status || operation == .result
        guard attempt < (isAboutJob ? maximumAttemptsForJob : maximumAttempts), elapsed + delay <= budget else {
            return .giveUp
        }
        return .retry(after: delay)
    }

    /// How long to leave fal alone when it has refused submits so many times in a row.
    package func pause(afterRefusals count: Int, retryAfter: Duration?, random: Double) -> Duration {
        let failure = CallFailure.response(.init(status: 429, retryAfter: retryAfter))
        return delay(attempt: max(count, 1), failure: failure, random: random)
    }

    private func delay(attempt: Int, failure: CallFailure, random: Double) -> Duration {
        let doubled = min(firstDelay * (1 << min(attempt - 1, 20)), longestDelay) * (0.5 + random)
        guard case .response(let rejection) = failure, let asked = rejection.retryAfter else { return doubled }
        return max(min(asked, longestRetryAfter), doubled)
    }

    /// True when fal cannot have made a job of the request.
    private static func cannotHaveArrived(_ failure: CallFailure) -> Bool {
        switch failure {
        case .transport(.cancelled, _), .transport(.file, _), .transport(.badURL, _), .transport(.notRecorded, _),
            .malformed:
            false
        case .transport(_, let delivery): delivery == .impossible
        case .response(let rejection): rejection.status == 429 || rejection.status == 503 && rejection.isIngress
        }
    }

    private static func mayHaveArrived(_ failure: CallFailure) -> Bool {
        switch failure {
        case .transport(_, let delivery): delivery == .possible
        case .malformed: true
        case .response(let rejection):
            switch rejection.status {
            case 408, 499: true
            case 504: !rejection.isUserTimeout
            case 500...: true
            default: false
            }
        }
    }

    private static func isWorthRepeating(_ failure: CallFailure, _ operation: FalOperation) -> Bool {
        switch failure {
        case .malformed: true
        case .transport(let reason, _):
            switch reason {
            case .resolve, .connect, .timeout, .connectionLost, .tls, .other: true
            case .badURL, .tooLarge, .tooManyRedirects, .cancelled, .file, .notRecorded: false
            }
        case .response(let rejection):
            switch rejection.status {
            case _ where rejection.isUserTimeout: false
            case 429: true
            case 408, 409, 500, 502, 503, 504: operation != .result || !rejection.namesType
            default: false
            }
        }
    }
}
