import HTTPTransport
import JSON

extension FalError {
    /// The error that a response is, for the operation it answers.
    init(_ response: HTTPResponse, to operation: FalOperation, endpoint: EndpointID?, requestID: String?) {
        let body = ErrorBody(response)
        let isUserTimeout = response.isUserTimeout
        let code = Code(status: response.status, type: body.type, message: body.message ?? "", operation: operation)
        self.init(
            code, Self.sentence(code, response, body.message), requestID: response.requestID ?? requestID,
            endpoint: endpoint?.description, status: response.status, type: body.type, field: body.field,
            details: body.details,
            retryable: Self.isRetryable(code, response) && !isUserTimeout,
            retryAfter: response.retryAfter.map { min($0, RetryPolicy().longestRetryAfter) })
        // An answer about the status that is an error says nothing of the job.
        endsJob = operation == .result && (isUserTimeout || Self.isOfJob(code, body.type))
    }

    /// Whether a result that is refused so was refused by the job's model, not by what stands before it.
    private static func isOfJob(_ code: Code, _ type: String?) -> Bool {
        switch code {
        case .validation, .contentPolicyViolation: true
        case .serverError, .timeout, .rateLimited: type != nil && !isOfPlatform(type)
        default: false
        }
    }

    /// fal's words for what goes wrong before and around a model. In a job's status they say how it ended; as the answer
    /// to a question they speak of the answering, for the status had no error (facts: errors §3.2).
    static func isOfPlatform(_ type: String?) -> Bool {
        switch type {
        case "internal_error", "request_timeout", "startup_timeout", "concurrent_requests_limit": true
        default: type?.hasPrefix("runner_") == true
        }
    }

    /// The error of a job that ended with `error` or `error_type` in its status.
    init(jobError message: String?, type: String?, of request: QueueRequest) {
        let code = Code(status: 500, type: type, message: message ?? "", operation: .result)
        let words = FalCredentials.redact(message ?? type ?? "no reason given")
        self.init(
            code, "\(code.opening): \(words)", requestID: request.requestID, endpoint: request.endpoint.description,
            type: type, retryable: code == .serverError || code == .timeout)
        endsJob = code != .cancelled
    }

    private static func sentence(_ code: Code, _ response: HTTPResponse, _ message: String?) -> String {
        if (300..<400).contains(response.status) {
            return "fal answered with a redirect (HTTP \(response.status)); API calls do not follow redirects"
        }
        return "\(code.opening): \(message ?? "HTTP \(response.status) without a reason")"
    }

    private static func isRetryable(_ code: Code, _ response: HTTPResponse) -> Bool {
        switch response.headers["x-fal-retryable"]?.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default: break
        }
        return switch code {
        case .rateLimited, .serverError, .timeout: true
        default: false
        }
    }
}

extension FalError.Code {
    /// The code for an HTTP status and fal's own word for the error (facts: errors §3).
    init(status: Int, type: String?, message: String, operation: FalOperation) {
        self = Self(type: type) ?? Self(status: status, message: message, operation: operation)
    }

    private init?(type: String?) {
        switch type {
        case "content_policy_violation": self = .contentPolicyViolation
        case "request_timeout", "startup_timeout", "generation_timeout": self = .timeout
        case "concurrent_requests_limit": self = .rateLimited
        case "client_cancelled", "client_disconnected": self = .cancelled
        case "bad_request": self = .validation
        case "internal_server_error", "downstream_service_error", "downstream_service_unavailable",
            "no_media_generated", "internal_error", "runner_server_error", "runner_incomplete_response",
            "runner_scheduling_failure", "runner_connection_timeout", "runner_disconnected",
            "runner_connection_refused", "runner_connection_error":
            self = .serverError
        default: return nil
        }
    }

    private init(status: Int, message: String, operation: FalOperation) {
        switch status {
        case 300..<400: self = .malformedResponse
        case 401: self = .unauthorized
        case 402: self = .billing
        case 403: self = Self.speaksOfMoney(message) ? .billing : .unauthorized
        case 404, 410: self = operation == .submit || operation == .run ? .endpointNotFound : .expired
        case 405 where operation == .submit || operation == .run: self = .endpointNotFound
        case 408, 504: self = .timeout
        case 429: self = .rateLimited
        case 499: self = .cancelled
        case 405, 409, 425, 500...: self = .serverError
        default: self = .validation
        }
    }

    private static func speaksOfMoney(_ message: String) -> Bool {
        let message = message.lowercased()
        return ["balance", "locked", "billing", "top up", "payment"].contains { message.contains($0) }
    }

    /// How a sentence with this code begins.
    var opening: String {
        switch self {
        case .missingAPIKey: "there is no fal key"
        case .unauthorized: "fal refuses the key"
        case .billing: "the fal account cannot pay"
        case .endpointNotFound: "fal does not know the endpoint"
        case .validation: "fal refuses the arguments"
        case .contentPolicyViolation: "fal's content checker refuses the request"
        case .rateLimited: "too many requests at fal"
        case .serverError: "fal failed"
        case .timeout: "fal took too long"
        case .network: "fal cannot be reached"
        case .submitUnknown: "it is unknown whether fal has the job"
        case .malformedResponse: "fal's answer cannot be used"
        case .expired: "fal no longer has it"
        case .cancelled: "cancelled"
        case .storage: "a file cannot be read or written"
        }
    }
}

extension HTTPResponse {
    var requestID: String? { headers["x-fal-request-id"] }

    /// fal gave up because the caller's own start deadline had passed.
    var isUserTimeout: Bool {
        status == 504 && headers["x-fal-request-timeout-type"]?.lowercased() == "user"
    }

    /// `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3).
    var retryAfter: Duration? {
        guard let text = headers["retry-after"] else { return nil }
        guard let seconds = Double(text) else { return HTTPDate(text)?.timeLeft }
        return seconds >= 0 && seconds < 1e9 ? .seconds(seconds) : nil
    }
}
