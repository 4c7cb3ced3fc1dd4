import FalClient
import HTTPTransport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct RetryPolicyTests {
    private let policy = RetryPolicy()

    private func decide(_ operation: FalOperation, _ failure: CallFailure, attempt: Int = 1) -> RetryDecision {
        policy.decision(for: operation, attempt: attempt, elapsed: .zero, failure: failure, random: 0.5)
    }

    private func rejection(
        _ status: Int, ingress: Bool = false, type: Bool = false, user: Bool = false, after: Duration? = nil
    ) -> CallFailure {
        .response(.init(status: status, isIngress: ingress, namesType: type, isUserTimeout: user, retryAfter: after))
    }

    private func isRetry(_ decision: RetryDecision) -> Bool {
        if case .retry = decision { true } else { false }
    }

    @Test(arguments: [FalOperation.submit, .run])
    func `what makes pictures is repeated only when it cannot have arrived`(
        operation: FalOperation
    ) {
        for reason in [TransportError.Reason.resolve, .connect, .tls, .timeout(.connect), .connectionLost, .other] {
            #expect(isRetry(decide(operation, .transport(reason, .impossible))))
            #expect(!isRetry(decide(operation, .transport(reason, .possible))))
        }
        #expect(isRetry(decide(operation, rejection(503, ingress: true))))
        #expect(isRetry(decide(operation, rejection(429, after: .seconds(2)))))
        for status in [400, 401, 403, 404, 408, 409, 422, 499, 500, 501, 502, 503, 504, 301] {
            #expect(!isRetry(decide(operation, rejection(status))))
        }
        for status in [502, 504] { #expect(!isRetry(decide(operation, rejection(status, ingress: true)))) }
        #expect(!isRetry(decide(operation, .malformed)))
        #expect(decide(operation, .transport(.cancelled, .impossible)) == .giveUp)
    }

    @Test func `a submit that may have arrived is unknown`() {
        for status in [408, 499, 500, 502, 503, 504, 599] { #expect(decide(.submit, rejection(status)) == .unknown) }
        for status in [502, 504] { #expect(decide(.submit, rejection(status, ingress: true)) == .unknown) }
        for reason in [TransportError.Reason.timeout(.total), .timeout(.idle), .connectionLost, .tooLarge, .cancelled] {
            #expect(decide(.submit, .transport(reason, .possible)) == .unknown)
        }
        #expect(decide(.submit, .malformed) == .unknown)
        #expect(decide(.submit, rejection(504, user: true)) == .giveUp)
        for status in [301, 400, 401, 402, 403, 404, 405, 409, 413, 422] {
            #expect(decide(.submit, rejection(status)) == .giveUp)
        }
        #expect(decide(.run, rejection(500)) == .giveUp)
    }

    @Test(arguments: [FalOperation.status, .result, .cancel, .storage, .download])
    func `what costs nothing is repeated`(operation: FalOperation) {
        for status in [408, 409, 429, 500, 502, 503, 504] { #expect(isRetry(decide(operation, rejection(status)))) }
        for status in [301, 400, 401, 403, 404, 405, 410, 422, 501] {
            #expect(decide(operation, rejection(status)) == .giveUp)
        }
        for delivery in [TransportError.Delivery.possible, .impossible] {
            for reason in [TransportError.Reason.resolve, .connect, .timeout(.total), .connectionLost] {
                #expect(isRetry(decide(operation, .transport(reason, delivery))))
            }
            for reason in [TransportError.Reason.badURL, .tooLarge, .cancelled, .file, .tooManyRedirects] {
                #expect(decide(operation, .transport(reason, delivery)) == .giveUp)
            }
        }
        #expect(isRetry(decide(operation, .malformed)))
        #expect(decide(operation, rejection(504, user: true)) == .giveUp)
    }

    @Test func `the error of a failed job is not asked for twice`() {
        #expect(decide(.result, rejection(500, type: true)) == .giveUp)
        #expect(isRetry(decide(.status, rejection(500, type: true))))
        #expect(isRetry(decide(.result, rejection(429, type: true))))
    }

    @Test func `delays double up to a limit and spread`() {
        func delay(_ attempt: Int, _ random: Double, _ failure: CallFailure = .malformed) -> RetryDecision {
            var policy = policy
            policy.maximumAttemptsForJob = 100
            return policy.decision(for: .status, attempt: attempt, elapsed: .zero, failure: failure, random: random)
        }
        #expect(delay(1, 0.5) == .retry(after: .milliseconds(250)))
        #expect(delay(2, 0.5) == .retry(after: .milliseconds(500)))
        #expect(delay(3, 0) == .retry(after: .milliseconds(500)))
        #expect(delay(50, 0.5) == .retry(after: .seconds(10)))
        #expect(delay(1, 0, rejection(429, after: .seconds(3))) == .retry(after: .seconds(3)))
        #expect(delay(1, 0.5, rejection(429, after: .seconds(3600))) == .retry(after: .seconds(60)))
        #expect(delay(1, 0.5, rejection(429, after: .zero)) == .retry(after: .milliseconds(250)))
    }

    @Test func `retries end by count and by time`() {
        #expect(isRetry(decide(.cancel, .malformed, attempt: 5)))
        #expect(decide(.cancel, .malformed, attempt: 6) == .giveUp)
        #expect(isRetry(decide(.status, .malformed, attempt: 19)))
        #expect(decide(.result, .malformed, attempt: 20) == .giveUp)
        #expect(decide(.submit, rejection(429), attempt: 6) == .giveUp)
        let late = policy.decision(for: .status, attempt: 1, elapsed: .seconds(120), failure: .malformed, random: 0.5)
        #expect(late == .giveUp)
    }
}
