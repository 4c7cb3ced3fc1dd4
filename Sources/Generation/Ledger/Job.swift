package import FalClient
package import JSON

/// One submission to fal's queue, as the ledger keeps it.
package struct Job: Sendable, Equatable {
    /// How far the job is; each case has what is known then (DESIGN.md §7).
    package enum State: Sendable, Equatable {
        /// Waits for its turn: nothing has left.
        case intent
        /// The submit may have left; whether it arrived is not known.
        case submitting
        /// fal has it.
        case submitted(QueueRequest)
        case completed(QueueRequest, JobOutput)
        case failed(QueueRequest?, JobFailure)
        case cancelled(QueueRequest?)
        /// The answer to the submit was lost: fal may have it. Never sent again by itself.
        case unknown(JobFailure)
        /// fal had a result and does not keep it any more.
        case expired(QueueRequest)
    }

    /// Unique over all runs: 16 hexadecimal digits.
    package let id: String
    /// The id of the run that made it.
    package let run: String
    package let order: JobOrder
    package let created: Timestamp
    /// When it came into its state.
    package var updated: Timestamp
    package var state: State
    package var cost: JobCost
    /// What its caller named it: one job of the ledger has it.
    package var key: String?

    package init(
        id: String, run: String, order: JobOrder, created: Timestamp, updated: Timestamp, state: State,
        cost: JobCost = .unknown, key: String? = nil
    ) {
        self.id = id
        self.run = run
        self.order = order
        self.created = created
        self.updated = updated
        self.state = state
        self.cost = cost
        self.key = key
    }
}

/// What a completed job gave.
package struct JobOutput: Sendable, Equatable {
    /// The model's output as it came.
    package let output: JSONValue
    /// Times the endpoint's unit price is what it cost.
    package let billableUnits: Double?

    package init(output: JSONValue, billableUnits: Double?) {
        self.output = output
        self.billableUnits = billableUnits
    }
}

/// Why a job gave nothing.
package struct JobFailure: Sendable, Equatable {
    /// The word of `FalError.Code`.
    package let code: String
    /// One sentence in English.
    package let message: String
    /// Of a lost submit, where the head of fal's answer still had it: the job may be there under it.
    package let requestID: String?

    package init(code: String, message: String, requestID: String? = nil) {
        self.code = code
        self.message = message
        self.requestID = requestID
    }

    init(_ error: FalError) {
        self.init(code: error.code.rawValue, message: error.message)
    }
}

extension JobOutput {
    /// Where the pictures are: addresses or data URIs. Empty for the output of something that makes no pictures.
    package var imageURLs: [String] {
        (output["images"]?.arrayValue ?? []).compactMap { $0["url"]?.stringValue }.filter { !$0.isEmpty }
    }
}

extension Job.State {
    /// The states' names, as the ledger and `falhost jobs` have them.
    ///
    /// An open job is not at its end: `falhost resume` takes it up.
    package enum Name: String, Sendable, CaseIterable {
        case intent, submitting, submitted, completed, failed, cancelled, unknown, expired

        package static let open: Set<Name> = [.intent, .submitting, .submitted, .unknown]
        package var isOpen: Bool { Self.open.contains(self) }
    }

    package var name: Name {
        switch self {
        case .intent: .intent
        case .submitting: .submitting
        case .submitted: .submitted
        case .completed: .completed
        case .failed: .failed
        case .cancelled: .cancelled
        case .unknown: .unknown
        case .expired: .expired
        }
    }

    /// Why there is no result; nil where there is one, or may still be.
    package var failure: JobFailure? {
        switch self {
        case .failed(_, let failure), .unknown(let failure): failure
        default: nil
        }
    }

    package var output: JobOutput? {
        if case .completed(_, let output) = self { output } else { nil }
    }

    /// The job at fal, where it is known to be there.
    package var request: QueueRequest? {
        switch self {
        case .intent, .submitting, .unknown: nil
        case .submitted(let request), .completed(let request, _), .expired(let request): request
        case .failed(let request, _), .cancelled(let request): request
        }
    }
}
