package import JSON

/// What a job or a direct run made.
package struct QueueResult: Sendable, Equatable {
    /// The model's output as it came, without an envelope.
    package let output: JSONValue
    /// nil when a direct run was answered without an id.
    package let requestID: String?
    /// From `x-fal-billable-units`: times the endpoint's unit price is the cost.
    package let billableUnits: Double?
    /// The HTTP status, 2xx.
    package let status: Int
    /// How long the model ran, in seconds, where fal told it.
    package var inferenceTime: Double?

    package init(output: JSONValue, requestID: String?, billableUnits: Double?, status: Int) {
        self.output = output
        self.requestID = requestID
        self.billableUnits = billableUnits
        self.status = status
    }
}

/// What fal did with a request to cancel (facts: cancel §1.7).
package enum CancelOutcome: String, Sendable {
    /// The runner was told; the job may still finish and be billed.
    case requested
    /// It was still waiting and is gone.
    case removed
    /// Too late: the result is there.
    case alreadyCompleted
    case notFound
}
