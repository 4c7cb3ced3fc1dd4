extension Fault {
    /// What goes wrong.
    package enum Kind: String, Sendable, CaseIterable {
        case unauthorized = "401"
        case exhaustedBalance = "403"
        case notFound = "404"
        case unprocessable = "422"
        case tooManyRequests = "429"
        case internalError = "500"
        case incompleteResponse = "502"
        case runnerUnavailable = "503"
        case gatewayTimeout = "504"
        case userTimeout = "504-user"
        case nginx500 = "nginx-500"
        case nginx502 = "nginx-502"
        case nginx503 = "nginx-503"
        case nginx504 = "nginx-504"
        case requestError = "request-error"
        case modelError = "model-error"
        case contentPolicy = "content-policy"
        case expired
        case resetBefore = "reset-before"
        case resetAfter = "reset-after"
        case cutBody = "cut-body"
        case truncatedJSON = "truncated-json"
        case badUTF8 = "bad-utf8"
        case notJSON = "not-json"
        case emptyBody = "empty-body"
        case slowBody = "slow-body"
        case late
        case hang
        case hugeBody = "huge-body"
        case redirect
        case foreignURLs = "foreign-urls"
        case imagesEmpty = "images-empty"
        case imagesMissing = "images-missing"
        case imageWithoutURL = "image-no-url"
        case endless
        case requeue
        case unknownStatus = "unknown-status"
        case failed
        case noLongerSupported = "no-longer-supported"
        case twice
        case lost
        case badSignature = "bad-signature"
        case oldTimestamp = "old-timestamp"
        case rotatedKey = "rotated-key"
        case unknownKey = "unknown-key"
        case payloadError = "payload-error"
    }
}

extension Fault.Kind {
    /// The stages at which this makes sense.
    package var stages: Set<Fault.Stage> {
        switch self {
        case .contentPolicy: [.result, .run, .job]
        case .modelError: [.result, .run, .job]
        case .expired: [.result, .download]
        case .imagesEmpty, .imagesMissing, .imageWithoutURL: [.result, .run, .events, .job]
        case .foreignURLs: [.submit]
        case .noLongerSupported: [.submit, .run, .events, .job]
        case .endless, .requeue, .unknownStatus, .failed: [.job]
        case .twice, .lost, .badSignature, .oldTimestamp, .rotatedKey, .unknownKey, .payloadError: [.webhook]
        case .late: Set(Fault.Stage.allCases).subtracting([.job])
        default: Set(Fault.Stage.allCases).subtracting([.job, .webhook])
        }
    }

    /// The parameters it takes beside `times`, `after` and `endpoint`.
    package var parameters: [String] {
        switch self {
        case .tooManyRequests, .runnerUnavailable, .nginx503: ["retry-after"]
        case .requestError, .modelError, .failed: ["type"]
        case .slowBody, .late: ["ms"]
        case .hugeBody: ["bytes"]
        case .redirect, .foreignURLs: ["url"]
        default: []
        }
    }

    package var summary: String {
        switch self {
        case .unauthorized: "no user for this key"
        case .exhaustedBalance: "the balance is exhausted and the user locked"
        case .notFound: "the application does not exist"
        case .unprocessable: "a field of the input is refused"
        case .tooManyRequests: "too many requests, with X-Fal-Needs-Retry"
        case .internalError: "fal's internal_error as JSON"
        case .incompleteResponse: "fal's runner_incomplete_response as JSON"
        case .runnerUnavailable: "fal's runner_connection_error as JSON"
        case .gatewayTimeout: "fal's request_timeout as JSON"
        case .userTimeout: "request_timeout with X-Fal-Request-Timeout-Type: user"
        case .nginx500: "the ingress's 500 page, without a request id"
        case .nginx502: "the ingress's 502 page, without a request id"
        case .nginx503: "the ingress's 503 page, without a request id"
        case .nginx504: "the ingress's 504 page, without a request id"
        case .requestError: "a platform error by its error_type, e.g. type=runner_disconnected"
        case .modelError: "a runner's error by its type, e.g. type=no_media_generated"
        case .contentPolicy: "content_policy_violation"
        case .expired: "404 for something that was there"
        case .resetBefore: "the connection is reset and the request had no effect"
        case .resetAfter: "the request took effect, then the connection is reset without an answer"
        case .cutBody: "the connection is closed after half of the body"
        case .truncatedJSON: "a complete reply whose body is half a document"
        case .badUTF8: "a reply whose body is not UTF-8"
        case .notJSON: "200 with an HTML page"
        case .emptyBody: "200 with no body"
        case .slowBody: "the body comes a byte at a time, ms=20 apart"
        case .late: "the answer comes ms=20 later"
        case .hang: "no answer at all; the request had no effect"
        case .hugeBody: "a body of bytes=67108864"
        case .redirect: "307 to url="
        case .foreignURLs: "status_url, response_url and cancel_url point to url="
        case .imagesEmpty: "images is an empty list"
        case .imagesMissing: "the output has no images"
        case .imageWithoutURL: "the image has no url"
        case .endless: "stays IN_PROGRESS for ever"
        case .requeue: "goes from IN_PROGRESS back to IN_QUEUE once"
        case .unknownStatus: "shows a status word that fal does not have"
        case .noLongerSupported: "a retired endpoint: 404, or at job taken and then feature_not_supported"
        case .twice: "the webhook is delivered twice"
        case .lost: "the webhook is never sent"
        case .badSignature: "the webhook's signature is wrong"
        case .oldTimestamp: "the webhook was signed ten minutes ago"
        case .rotatedKey: "the webhook is signed with a new key, which is served from now on"
        case .unknownKey: "the webhook is signed with a key that is not served"
        case .payloadError: "the webhook has no payload but a payload_error"
        case .failed: "COMPLETED with error and error_type (type=runner_disconnected)"
        }
    }
}
