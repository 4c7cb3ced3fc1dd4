internal import FalClient
package import JSON

extension GenerationError {
    /// The word a script branches on (DESIGN.md §3).
    package enum Code: String, Sendable, CaseIterable {
        case avatarNotFound = "avatar_not_found"
        case avatarNotTrained = "avatar_not_trained"
        case loraFileMissing = "lora_file_missing"
        case finetuneIDMissing = "finetune_id_missing"
        case unknownTrainingType = "unknown_training_type"
        case unknownPreset = "unknown_preset"
        case invalidConfig = "invalid_config"
        case invalidPrompt = "invalid_prompt"
        case ruleFailed = "rule_failed"
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
        case submitUnknown = "submit_unknown"
        case malformedResponse = "malformed_response"
        case noImages = "no_images"
        case expired
        case cancelled
        case budgetExceeded = "budget_exceeded"
        case storage
    }

    /// Whose turn it is.
    package enum Kind: String, Sendable {
        /// The caller can mend it (the guide's ValueError).
        case value
        /// fal, the network or the machine did it (the guide's RuntimeError).
        case runtime
    }

    package var code: Code {
        switch self {
        case .avatarNotFound, .avatarArchived: .avatarNotFound
        case .avatarNotTrained: .avatarNotTrained
        case .loraFileMissing: .loraFileMissing
        case .finetuneIDMissing: .finetuneIDMissing
        case .unknownTrainingType: .unknownTrainingType
        case .invalidAvatars, .unreadableAvatars: .validation
        case .unknownPreset: .unknownPreset
        case .brokenPreset, .invalidConfig: .invalidConfig
        case .invalidPrompt: .invalidPrompt
        case .ruleFailed: .ruleFailed
        case .missingAPIKey: .missingAPIKey
        case .noImages: .noImages
        case .malformedOutput: .malformedResponse
        case .budgetExceeded, .refusedByPolicy: .budgetExceeded
        case .policyFailed: .ruleFailed
        case .storage: .storage
        case .fal(let error): Code(error.code)
        }
    }

    package var kind: Kind { code.kind }

    /// The process's exit code for it (facts: ecosystem §2.3, after sysexits.h).
    package var exitCode: Int32 { code.exitCode }

    package var requestID: String? {
        switch self {
        case .fal(let error): error.requestID
        case .noImages(_, let requestID), .malformedOutput(_, let requestID, _): requestID
        default: nil
        }
    }

    package var endpoint: String? {
        switch self {
        case .fal(let error): error.endpoint
        case .noImages(let endpoint, _), .malformedOutput(let endpoint, _, _): endpoint
        case .budgetExceeded(let refusal): refusal.endpoint
        case .refusedByPolicy(let endpoint, _): endpoint
        default: nil
        }
    }

    /// The HTTP status, where fal answered.
    package var status: Int? {
        guard case .fal(let error) = self else { return nil }
        return error.status
    }

    /// The first config key, avatar field or argument at fault.
    package var field: String? {
        switch self {
        case .fal(let error): error.field
        case .invalidConfig(let problems): problems.first?.key
        case .invalidAvatars(let problems, _): problems.first?.path(in: .english)
        case .invalidPrompt: "prompt"
        default: nil
        }
    }

    /// fal's own details, a budget's figures, or one object for each problem: `key`, `origin`, `message`, for avatars `index` or `line`, `field`, `message`.
    package var details: JSONValue? {
        switch self {
        case .fal(let error): error.details
        case .invalidConfig(let problems):
            .array(
                problems.map { problem in
                    [
                        "key": .string(problem.key), "origin": .string(problem.origin.description),
                        "message": .string(problem.message(in: .english)),
                    ]
                })
        case .budgetExceeded(let refusal): .object(refusal.json)
        case .invalidAvatars(let problems, _):
            .array(
                problems.map { problem in
                    var json: JSONObject = ["message": .string(problem.message(in: .english))]
                    switch problem.place {
                    case .element(let index)?: json.append("index", .integer(Int64(index)))
                    case .line(let line)?: json.append("line", .integer(Int64(line)))
                    case nil: break
                    }
                    if let field = problem.field { json.append("field", .string(field)) }
                    return .object(json)
                })
        default: nil
        }
    }

    /// True when the same call may succeed later without a change.
    package var retryable: Bool {
        switch self {
        case .fal(let error): error.retryable
        case .storage(_, .busy): true
        default: false
        }
    }

    /// The fields of the error value that a script sees (DESIGN.md §3); what is not known is left out.
    package func json(in language: Language) -> JSONObject {
        var json: JSONObject = [
            "code": .string(code.rawValue), "kind": .string(kind.rawValue), "message": .string(message(in: language)),
        ]
        if let requestID { json.append("request_id", .string(requestID)) }
        if let endpoint { json.append("endpoint", .string(endpoint)) }
        if let status { json.append("status", .integer(Int64(status))) }
        if let field { json.append("field", .string(field)) }
        if let details { json.append("details", details) }
        json.append("retryable", .bool(retryable))
        return json
    }
}

extension GenerationError.Code {
    init(_ code: FalError.Code) {
        self =
            switch code {
            case .missingAPIKey: .missingAPIKey
            case .unauthorized: .unauthorized
            case .billing: .billing
            case .endpointNotFound: .endpointNotFound
            case .validation: .validation
            case .contentPolicyViolation: .contentPolicyViolation
            case .rateLimited: .rateLimited
            case .serverError: .serverError
            case .timeout: .timeout
            case .network: .network
            case .submitUnknown: .submitUnknown
            case .malformedResponse: .malformedResponse
            case .expired: .expired
            case .cancelled: .cancelled
            case .storage: .storage
            }
    }

    package var kind: GenerationError.Kind {
        switch self {
        case .avatarNotFound, .avatarNotTrained, .loraFileMissing, .finetuneIDMissing, .unknownTrainingType,
            .unknownPreset, .invalidConfig, .invalidPrompt, .ruleFailed, .missingAPIKey, .endpointNotFound,
            .validation, .contentPolicyViolation, .budgetExceeded:
            .value
        case .unauthorized, .billing, .rateLimited, .serverError, .timeout, .network, .submitUnknown,
            .malformedResponse, .noImages, .expired, .cancelled, .storage:
            .runtime
        }
    }

    package var exitCode: Int32 {
        switch self {
        case .budgetExceeded: 4
        case .avatarNotFound, .avatarNotTrained, .loraFileMissing, .finetuneIDMissing, .unknownTrainingType,
            .unknownPreset, .invalidConfig, .invalidPrompt, .ruleFailed, .endpointNotFound, .validation,
            .contentPolicyViolation:
            65
        case .serverError, .network, .malformedResponse, .noImages, .expired: 69
        case .storage: 74
        case .rateLimited, .timeout, .submitUnknown: 75
        case .missingAPIKey, .unauthorized, .billing: 77
        case .cancelled: 130
        }
    }
}
