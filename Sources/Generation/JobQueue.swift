package import EventLoop
package import FalClient
package import JSON

/// How a job is queued and awaited.
package struct JobOptions: Sendable, Equatable {
    /// fal's two queue priorities.
    package enum Priority: String, Sendable, CaseIterable {
        case normal
        case low
    }
    /// How long the whole job may take; then it is cancelled at fal.
    package var timeout: Duration
    /// Nil leaves it to fal.
    package var priority: Priority?

    package init(timeout: Duration, priority: Priority? = nil) {
        self.timeout = timeout
        self.priority = priority
    }
}

/// What an endpoint answered.
package struct JobOutput: Sendable {
    package let output: JSONValue
    package let requestID: String?
    /// From `x-fal-billable-units`; times the endpoint's unit price it is the cost.
    package let billableUnits: Double?

    package init(output: JSONValue, requestID: String? = nil, billableUnits: Double? = nil) {
        self.output = output
        self.requestID = requestID
        self.billableUnits = billableUnits
    }
}

/// What a generation needs of fal's queue.
@LoopActor
package protocol JobQueue: AnyObject, Sendable {
    var hasKey: Bool { get }
    /// The server that jobs are sent to.
    var baseURL: String { get }

    /// Submits one job, waits for it and returns its output; cancels it at fal when the time is up or the task ends.
    func perform(
        endpoint: String, arguments: JSONObject, options: JobOptions
    ) async throws(FalError) -> JobOutput
}
