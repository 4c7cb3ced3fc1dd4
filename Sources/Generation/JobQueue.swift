package import EventLoop
package import FalClient
package import JSON

/// How a job is queued and awaited.
package struct JobOptions: Sendable, Equatable {
    /// How long the whole job may take; then it is cancelled at fal.
    package var timeout: Duration
    /// Nil leaves it to fal.
    package var priority: SubmitOptions.Priority?
    /// Jobs that have to wait for their turn wait in the line of this key, and lines take turns.
    package var fairnessKey: String?

    package init(timeout: Duration, priority: SubmitOptions.Priority? = nil, fairnessKey: String? = nil) {
        self.timeout = timeout
        self.priority = priority
        self.fairnessKey = fairnessKey
    }

    /// Where nobody names a timeout.
    package static let usualTimeout = Duration.seconds(600)

    /// fal's words for priorities.
    package static let priorities = [SubmitOptions.Priority.normal, .low].map(\.rawValue)
}

/// What a generation needs of fal's queue.
@LoopActor
package protocol JobQueue: AnyObject, Sendable {
    var hasKey: Bool { get }
    /// The server that jobs are sent to, without a slash at the end.
    var baseURL: String { get }
    /// What `get_config_summary` tells of the pacing.
    var pacingSummary: JSONObject { get }

    /// Submits one job, waits for it and returns its output; cancels it at fal when the time is up or the task ends.
    func perform(_ order: JobOrder) async throws(GenerationError) -> FinishedJob
}

/// A job that is done, and the ledger's id of it.
package struct FinishedJob: Sendable {
    package let id: String
    package let result: QueueResult
    /// Nil where it is not known.
    package let price: Dollars?

    package init(id: String, result: QueueResult, price: Dollars? = nil) {
        self.id = id
        self.result = result
        self.price = price
    }
}
