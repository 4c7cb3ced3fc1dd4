import NIOCore

extension Service {
    /// The reply of a fault that is answered in place of the request, nil for other faults.
    func errorReply(_ fault: Fault, route: Route) -> Reply? {
        switch fault.kind {
        case .unauthorized: .detail(401, "No user found for Key ID and Secret")
        case .exhaustedBalance:
            .detail(
                403,
                "User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.")
        case .notFound: .applicationNotFound(route.endpoint ?? "x")
        case .noLongerSupported: .detail(404, "Application \"\(route.endpoint ?? "x")\" is no longer supported")
        case .unprocessable: modelError("value_error")
        case .tooManyRequests: tooManyRequests(fault)
        case .internalError: platformError("internal_error")
        case .incompleteResponse: platformError("runner_incomplete_response")
        case .runnerUnavailable: platformError("runner_connection_error").adding("retry-after", fault.retryAfter)
        case .gatewayTimeout: platformError("request_timeout")
        case .userTimeout: platformError("request_timeout").adding("x-fal-request-timeout-type", "user")
        case .nginx500: .nginx(500)
        case .nginx502: .nginx(502)
        case .nginx503: Reply.nginx(503).adding("retry-after", fault.retryAfter)
        case .nginx504: .nginx(504)
        case .requestError: platformError(fault.type ?? "runner_disconnected")
        case .modelError: modelError(fault.type ?? "internal_server_error")
        case .contentPolicy: modelError("content_policy_violation")
        case .expired: route.kind == .download ? Self.fileNotFound : .jobNotFound
        case .notJSON: Reply(text: "<!doctype html>\n<title>Sign in</title>\n", contentType: "text/html")
        case .redirect: Reply(status: 307).adding("location", fault.url)
        default: nil
        }
    }

    private func tooManyRequests(_ fault: Fault) -> Reply {
        platformError("concurrent_requests_limit").adding("x-fal-needs-retry", "1")
            .adding("retry-after", fault.retryAfter)
    }

    private func platformError(_ type: String) -> Reply {
        .requestError(RequestError(type: type), requestID: nextID())
    }

    private func modelError(_ type: String) -> Reply {
        .modelErrors([.ordered(type)], requestID: nextID())
    }
}

extension Reply {
    fileprivate func adding(_ name: String, _ value: String?) -> Reply {
        guard let value else { return self }
        var reply = self
        reply.headers.append((name, value))
        return reply
    }
}

extension Route {
    /// The endpoint id that the path names.
    fileprivate var endpoint: String? {
        switch self {
        case .submit(let application), .run(let application), .events(let application): application.endpoint
        case .job(_, _, let endpoint): endpoint
        case .storage, .listing, .models, .keySet, .admin, .index, .unknown: nil
        }
    }
}
