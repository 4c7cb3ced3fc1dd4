/// A platform error: `{"detail", "error_type"}` and `X-Fal-Error-Type` (fal: errors, request errors).
struct RequestError: Sendable, Equatable {
    let type: String

    /// 500 for a type fal does not document.
    var status: Int { Self.known[type]?.status ?? 500 }
    var message: String { Self.known[type]?.message ?? "Simulated \(type)" }

    static let known: [String: (status: Int, message: String)] = [
        "request_timeout": (504, "Request timed out"),
        "startup_timeout": (504, "Runner startup timed out"),
        "runner_scheduling_failure": (503, "No runner could be scheduled"),
        "runner_connection_timeout": (503, "Connection to the runner timed out"),
        "runner_disconnected": (503, "Runner disconnected"),
        "runner_connection_refused": (503, "Runner refused the connection"),
        "runner_connection_error": (503, "Could not connect to the runner"),
        "runner_incomplete_response": (502, "Runner sent an incomplete response"),
        "runner_server_error": (500, "Runner server error"),
        "internal_error": (500, "Internal error"),
        "client_disconnected": (499, "Client disconnected"),
        "client_cancelled": (499, "Request was cancelled by the client"),
        "bad_request": (400, "Bad request"),
        "concurrent_requests_limit": (429, "Too many concurrent requests"),
    ]
}
