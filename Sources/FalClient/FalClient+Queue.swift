import EventLoop
import HTTPTransport
package import JSON

extension FalClient {
    /// Makes a job (facts: submit §1.3).
    ///
    /// Sent once; again only when it cannot have arrived. When the answer is lost or cannot be used the error is
    /// `submit_unknown`, with the request id where the answer's head still had it. A task that is cancelled while its
    /// submit is under way still gets the request, if fal answers soon, so that it can be stored and cancelled.
    ///
    /// - Parameters:
    ///   - body: the arguments as JSON, where the caller has written them already.
    ///   - retriesRefusals: false throws `rate_limited` at the first 429: fal has made no job, and the caller paces its
    ///     submits.
    package func submit(
        _ endpoint: EndpointID, arguments: JSONObject, body: [UInt8]? = nil, options: SubmitOptions = SubmitOptions(),
        deadline: ContinuousClock.Instant? = nil, retriesRefusals: Bool = true
    ) async throws(FalError) -> QueueRequest {
        if let webhook = options.webhook, WebAddress(webhook) == nil {
            throw FalError(.validation, "not an http or https URL: \(webhook.prefix(200))", field: "webhook_url")
        }
        var request = try apiRequest(.post, submitURL(endpoint, options), json: arguments, as: body)
        request.sendOnce = true
        request.cancellationGrace = settings.submitGrace
        try options.write(to: &request.headers)
        let call = FalCall(
            operation: .submit, request: request, endpoint: endpoint, deadline: deadline,
            retriesRefusals: retriesRefusals)
        return try await perform(call) { (response) throws(FalError) in
            guard let reply = try self.json(in: response, of: call) else { return nil }
            guard let id = reply["request_id"]?.stringValue, !id.isEmpty else {
                throw FalError(
                    .malformedResponse, "fal's answer to the submit has no request_id", requestID: response.requestID,
                    endpoint: endpoint.description, status: response.status)
            }
            return self.queueRequest(endpoint, id, reply)
        }
    }

    /// What fal says of the job now; with `logs`, all its log lines so far.
    package func status(of request: QueueRequest, logs: Bool = false) async throws(FalError) -> QueueStatus {
        try await status(of: request, logs: logs, deadline: nil)
    }

    func status(
        of request: QueueRequest, logs: Bool, deadline: ContinuousClock.Instant?
    ) async throws(FalError) -> QueueStatus {
        let request = request.trusted(by: hosts)
        let call = FalCall(
            operation: .status, request: try apiRequest(.get, request.statusURL(stream: false, logs: logs)),
            endpoint: request.endpoint, requestID: request.requestID, deadline: deadline)
        return try await perform(call) { (response) throws(FalError) in
            guard let json = try self.json(in: response, of: call) else { return nil }
            guard let status = QueueStatus(json) else {
                throw call.error(.malformedResponse, "fal's answer about the job has no status")
            }
            return status
        }
    }

    /// The output of a completed job; the error of a failed one. Of a job that is still running: `server_error` with
    /// type `still_in_progress`; `wait(for:deadline:logs:onUpdate:)` waits.
    package func result(of request: QueueRequest) async throws(FalError) -> QueueResult {
        guard let result = try await resultIfReady(of: request, deadline: nil) else {
            throw FalError(
                .serverError, "the job is still in progress", requestID: request.requestID,
                endpoint: request.endpoint.description, status: 400, type: "still_in_progress", retryable: true)
        }
        return result
    }

    /// The result; nil when fal says that the job is still in progress.
    func resultIfReady(
        of request: QueueRequest, deadline: ContinuousClock.Instant?
    ) async throws(FalError) -> QueueResult? {
        let request = request.trusted(by: hosts)
        let call = FalCall(
            operation: .result, request: try apiRequest(.get, request.responseURL), endpoint: request.endpoint,
            requestID: request.requestID, deadline: deadline)
        return try await perform(call) { (response) throws(FalError) -> QueueResult?? in
            if response.isStillInProgress { return .some(nil) }
            return try self.queueResult(response, of: call).map { .some($0) }
        }
    }

    /// Asks fal to stop the job (facts: cancel §1.7).
    package func cancel(_ request: QueueRequest) async throws(FalError) -> CancelOutcome {
        try await cancel(request, deadline: nil)
    }

    func cancel(_ request: QueueRequest, deadline: ContinuousClock.Instant?) async throws(FalError) -> CancelOutcome {
        let request = request.trusted(by: hosts)
        let call = FalCall(
            operation: .cancel, request: try apiRequest(.put, request.cancelURL), endpoint: request.endpoint,
            requestID: request.requestID, deadline: deadline)
        return try await perform(call) { (response) throws(FalError) in CancelOutcome(response) }
    }

    func queueResult(_ response: HTTPResponse, of call: FalCall) throws(FalError) -> QueueResult? {
        guard let output = try json(in: response, of: call) else { return nil }
        return QueueResult(
            output: output, requestID: call.requestID ?? response.requestID,
            billableUnits: response.headers["x-fal-billable-units"].flatMap(Double.init), status: response.status)
    }

    private func submitURL(_ endpoint: EndpointID, _ options: SubmitOptions) -> String {
        var query: [String] = []
        if let webhook = options.webhook { query.append("fal_webhook=\(PercentEncoding.encode(webhook))") }
        if let length = options.maxQueueLength { query.append("fal_max_queue_length=\(length)") }
        return "\(hosts.queue)/\(endpoint)" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// The URLs of the reply where they are whole and may receive the key, else those of the rule.
    private func queueRequest(_ endpoint: EndpointID, _ id: String, _ reply: JSONValue) -> QueueRequest {
        QueueRequest(
            endpoint: endpoint, requestID: id, statusURL: reply["status_url"]?.stringValue ?? "",
            responseURL: reply["response_url"]?.stringValue ?? "", cancelURL: reply["cancel_url"]?.stringValue ?? ""
        ).trusted(by: hosts)
    }
}

extension CancelOutcome {
    fileprivate init?(_ response: HTTPResponse) {
        switch response.status {
        case 202: self = .requested
        case 200..<300: self = .removed
        case 404: self = .notFound
        case 400 where ErrorBody(response).message == "ALREADY_COMPLETED": self = .alreadyCompleted
        default: return nil
        }
    }
}

extension HTTPResponse {
    fileprivate var isStillInProgress: Bool {
        status == 400 && ErrorBody(self).message?.lowercased().contains("still in progress") == true
    }
}

extension SubmitOptions {
    func write(to headers: inout HTTPHeaders) throws(FalError) {
        if let priority { headers["X-Fal-Queue-Priority"] = priority.rawValue }
        if let hint {
            guard !hint.isEmpty, hint.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
                throw FalError(.validation, "a runner hint is made of printable ASCII characters", field: "hint")
            }
            headers["X-Fal-Runner-Hint"] = hint
        }
        if let startTimeout {
            guard startTimeout > .seconds(1) else {
                throw FalError(.validation, "a start timeout is longer than one second", field: "start_timeout")
            }
            headers["X-Fal-Request-Timeout"] = "\(startTimeout / .seconds(1))"
        }
    }
}
