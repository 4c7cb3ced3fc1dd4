package import JSON

/// What fal, the network or a call's own arguments did wrong; one value for every error shape of fal's API.
package struct FalError: Error, Sendable {
    /// The word a script branches on (DESIGN.md §3).
    package enum Code: String, Sendable, CaseIterable {
        case missingAPIKey = "missing_api_key"
        case unauthorized
        case billing
        case endpointNotFound = "endpoint_not_found"
        case validation
        case contentPolicyViolation = "content_policy_violation"
        case rateLimited = "rate_limited"
        case serverError = "server_error"
        case timeout
        case network
        /// The answer to a submit was lost: fal may or may not have the job. It is never sent again by itself.
        case submitUnknown = "submit_unknown"
        case malformedResponse = "malformed_response"
        case expired
        case cancelled
        /// A local file could not be read or written.
        case storage
    }

    package var code: Code
    /// One sentence in English that says what happened; no key, no code, no request id.
    package var message: String
    package var requestID: String?
    package var endpoint: String?
    /// The HTTP status, where a response came.
    package var status: Int?
    /// fal's own word: `detail[].type`, `error_type` or the `X-Fal-Error-Type` header (facts: errors §3.1–3.2).
    package var type: String?
    /// The path of the field that fal names, joined by dots, without `body`: `loras.0.scale`.
    package var field: String?
    /// fal's `detail` as it came, for a script that wants all of it.
    package var details: JSONValue?
    /// True when the same call may succeed later without a change.
    package var retryable: Bool
    /// From `Retry-After`, capped.
    package var retryAfter: Duration?
    /// True when fal has said that the job ended without a result.
    package internal(set) var endsJob = false
    /// What fal said when the job was cancelled after this error; nil when it was not, or fal could not be told.
    package var cancelOutcome: CancelOutcome?

    package init(
        _ code: Code, _ message: String, requestID: String? = nil, endpoint: String? = nil, status: Int? = nil,
        type: String? = nil, field: String? = nil, details: JSONValue? = nil, retryable: Bool = false,
        retryAfter: Duration? = nil
    ) {
        self.code = code
        self.message = message
        self.requestID = requestID
        self.endpoint = endpoint
        self.status = status
        self.type = type
        self.field = field
        self.details = details
        self.retryable = retryable
        self.retryAfter = retryAfter
    }
}
