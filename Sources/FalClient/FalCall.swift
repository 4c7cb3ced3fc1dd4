import EventLoop
import HTTPTransport
import JSON

/// One API call: a request, what it does at fal, and whom its errors speak of.
struct FalCall {
    let operation: FalOperation
    var request: HTTPRequest
    var endpoint: EndpointID?
    var requestID: String?
    /// The caller's own deadline; attempts and pauses end by then.
    var deadline: ContinuousClock.Instant?
    /// False leaves it to the caller to make the call again that fal refuses with 429.
    var retriesRefusals = true

    /// The request for the next attempt, with what is left until the deadline; nil when nothing is left.
    func attempt(at now: ContinuousClock.Instant) -> HTTPRequest? {
        guard let deadline else { return request }
        let left = deadline - now
        guard left > .zero else { return nil }
        var request = request
        // A little more, so that the deadline has passed for certain when the transport says so.
        let limit = left + .milliseconds(10)
        request.deadlines.total = min(request.deadlines.total ?? limit, limit)
        return request
    }

    func error(_ code: FalError.Code, _ message: String) -> FalError {
        FalError(code, message, requestID: requestID, endpoint: endpoint?.description)
    }
}

extension FalClient {
    /// Sends a call, again where the retry policy allows it, until `read` has a value.
    ///
    /// `read` returns nil for a response that is fal's refusal.
    func perform<Value>(
        _ call: FalCall, read: @LoopActor (HTTPResponse) throws(FalError) -> Value?
    ) async throws(FalError) -> Value {
        let start = ContinuousClock.now
        var attempt = 1
        while true {
            let (failure, error): (CallFailure, FalError)
            switch await outcome(of: call, read: read) {
            case .value(let value): return value
            case .failure(let reason, let mapped): (failure, error) = (reason, mapped)
            }
            try await prepareRetry(call, attempt, since: start, failure, error)
            attempt += 1
        }
    }

    /// Returns when the call is to be made again; throws `error`, or what it means for a submit, when it is not.
    func prepareRetry(
        _ call: FalCall, _ attempt: Int, since start: ContinuousClock.Instant, _ failure: CallFailure, _ error: FalError
    ) async throws(FalError) {
        if !call.retriesRefusals, error.status == 429 {
            failureObserver?(call.operation, error, false)
            throw error
        }
        let now = ContinuousClock.now
        let decision = settings.retry.decision(
            for: call.operation, attempt: attempt, elapsed: now - start, failure: failure,
            random: Double.random(in: 0..<1))
        if let failureObserver {
            let isRetried = if case .retry = decision { true } else { false }
            failureObserver(call.operation, error, isRetried)
        }
        switch decision {
        case .giveUp: throw error
        case .unknown: throw FalError(submitUnknown: error)
        case .retry(let delay):
            let left = call.deadline.map { $0 - now }
            try await pause(min(delay, left ?? delay), of: call)
            if let left, delay >= left { throw error }
        }
    }

    private func pause(_ duration: Duration, of call: FalCall) async throws(FalError) {
        do {
            try await LoopActor.sleep(for: duration)
        } catch {
            throw call.error(.cancelled, "cancelled")
        }
    }

    private enum Outcome<Value> {
        case value(Value)
        case failure(CallFailure, FalError)
    }

    private func outcome<Value>(
        of call: FalCall, read: @LoopActor (HTTPResponse) throws(FalError) -> Value?
    ) async -> Outcome<Value> {
        guard let request = call.attempt(at: .now) else {
            return .failure(
                .transport(.cancelled, .impossible), call.error(.timeout, "the deadline passed before the request"))
        }
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            return .failure(
                .transport(error.reason, error.delivery),
                FalError(error, endpoint: call.endpoint, requestID: call.requestID))
        }
        do throws(FalError) {
            if let value = try read(response) { return .value(value) }
        } catch {
            return .failure(.malformed, error)
        }
        return .failure(
            CallFailure(response),
            FalError(response, to: call.operation, endpoint: call.endpoint, requestID: call.requestID))
    }

    /// The JSON of a 2xx response; nil for another status; throws `malformed_response` when it is not JSON.
    func json(in response: HTTPResponse, of call: FalCall) throws(FalError) -> JSONValue? {
        guard (200..<300).contains(response.status) else { return nil }
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            throw FalError(
                .malformedResponse, "fal's answer cannot be used: \(error)",
                requestID: response.requestID ?? call.requestID, endpoint: call.endpoint?.description,
                status: response.status)
        }
    }
}
