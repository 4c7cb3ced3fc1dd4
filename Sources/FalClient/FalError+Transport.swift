import HTTPTransport

extension FalError {
    /// The error that a request without a (whole) response is.
    init(_ error: TransportError, endpoint: EndpointID?, requestID: String?) {
        let code = Code(error)
        let message = FalCredentials.redact(error.message)
        self.init(
            code, code == .cancelled ? "cancelled" : message, requestID: requestID, endpoint: endpoint?.description,
            retryable: code == .network || code == .timeout)
    }

    /// The error of a submit that fal may or may not have taken: `cause` is how it ended.
    init(submitUnknown cause: FalError) {
        self = cause
        code = .submitUnknown
        message =
            "it is unknown whether fal has the job: the submit's answer was lost or cannot be used (\(cause.message)); "
            + "it is not sent again by itself"
        retryable = false
    }

    /// The same error with the request it belongs to, where it does not say one.
    func of(_ request: QueueRequest) -> FalError {
        var error = self
        error.requestID = request.requestID
        error.endpoint = error.endpoint ?? request.endpoint.description
        return error
    }
}

extension FalError.Code {
    fileprivate init(_ error: TransportError) {
        switch error.reason {
        case .cancelled: self = .cancelled
        case .timeout(.idle), .timeout(.total): self = .timeout
        case .file: self = .storage
        case .tooLarge, .tooManyRedirects: self = .malformedResponse
        case .badURL: self = .validation
        case .resolve, .connect, .tls, .connectionLost, .notRecorded, .other, .timeout(.connect): self = .network
        }
    }
}

extension CallFailure {
    init(_ response: HTTPResponse) {
        let body = ErrorBody(response)
        self = .response(
            Rejection(
                status: response.status, isIngress: body.isNginxPage && response.requestID == nil,
                namesType: body.type != nil && !FalError.isOfPlatform(body.type),
                isUserTimeout: response.isUserTimeout, retryAfter: response.retryAfter))
    }
}
