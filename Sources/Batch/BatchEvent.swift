package import Generation

/// What happens to a batch, as it happens.
package enum BatchEvent: Sendable {
    case started(BatchJob)
    case completed(BatchJob, BatchPictures)
    case failed(BatchJob, BatchFailure)
}

/// What a job of a batch gave.
package struct BatchPictures: Sendable {
    package let result: GenerationResult
    /// Where its pictures were saved, in fal's order; empty where they were not asked for.
    package let files: [String]

    package init(result: GenerationResult, files: [String]) {
        self.result = result
        self.files = files
    }
}

/// Why a job of a batch gave nothing.
package enum BatchFailure: Error, Sendable {
    case generation(GenerationError)
    /// The pictures are made and paid for, and not all could be saved.
    case saving(GenerationResult, GenerationError)

    package var error: GenerationError {
        switch self {
        case .generation(let error), .saving(_, let error): error
        }
    }

    /// True when every other job would fail in the same way, so that none is started any more.
    package var endsBatch: Bool {
        switch error.code {
        case .missingAPIKey, .unauthorized, .billing, .storage: true
        default: false
        }
    }
}
