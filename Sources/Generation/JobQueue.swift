package import EventLoop
package import FalClient
package import JSON

/// How a job is queued and awaited.
package struct JobOptions: Sendable, Equatable {
    /// How long the whole job may take; then it is cancelled at fal.
    package var timeout: Duration
    /// Nil leaves it to fal.
    package var priority: SubmitOptions.Priority?
    /// Which kept pictures may answer in place of a job; nil for none. The ledger does not keep it.
    package var cache: PictureCache.Use?
    /// Jobs that have to wait for their turn wait in the line of this key, and lines take turns.
    package var fairnessKey: String?
    /// What the caller names the job; `Job.key` has it in the ledger.
    package var key: JobKey?
    /// Where fal posts the result; the ledger does not keep it.
    package var webhook: String?

    package init(
        timeout: Duration, priority: SubmitOptions.Priority? = nil, cache: PictureCache.Use? = nil,
        fairnessKey: String? = nil, webhook: String? = nil
    ) {
        self.webhook = webhook
        self.timeout = timeout
        self.priority = priority
        self.cache = cache
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
    /// What was sent is the draft's order afterwards: the policy may have chosen another preset.
    func perform(_ draft: any JobDraft) async throws(GenerationError) -> FinishedJob
    /// What the policy says of a job, which is not sent; nil without a policy.
    func review(_ draft: any JobDraft) async throws(GenerationError) -> PolicyReview?
    /// Whether kept pictures would answer the order, and the id of their job; nil when it does not ask for that.
    func lookUp(_ order: JobOrder) async throws(GenerationError) -> CacheAnswer?
    /// The result that an earlier run paid for; nil when the order is to be performed.
    func resume(_ order: JobOrder) async throws(GenerationError) -> FinishedJob?
    /// Takes a key for one call, and waits for those of this process that have it; `leave` follows, unless this throws.
    func enter(_ key: JobKey, until deadline: ContinuousClock.Instant?) async throws(GenerationError)
    func leave(_ key: JobKey)
    /// The result of the job that a key names, without paying again; nil when the key is free.
    func collect(_ key: JobKey, avatarID: String, prompt: String, overrides: JSONObject) async throws(GenerationError)
        -> (order: JobOrder, job: FinishedJob)?
}

extension JobQueue {
    /// A job of which nothing can be changed.
    package func perform(_ order: JobOrder) async throws(GenerationError) -> FinishedJob {
        try await perform(FixedDraft(order))
    }
}

/// A job that is done, and the ledger's id of it.
package struct FinishedJob: Sendable {
    package let id: String
    package let result: QueueResult
    /// Nil where it is not known.
    package let price: Dollars?
    /// What an earlier run really sent, when the job is its.
    package let earlier: JobOrder?
    /// Its pictures, where they are kept on this machine.
    package let files: [KeptPicture]
    /// What the job was sent with when kept pictures answered in place of a new one; nil for a new one.
    package let cachedArguments: JSONObject?

    package init(
        id: String, result: QueueResult, price: Dollars? = nil, earlier: JobOrder? = nil, files: [KeptPicture] = [],
        cachedArguments: JSONObject? = nil
    ) {
        self.id = id
        self.result = result
        self.price = price
        self.earlier = earlier
        self.files = files
        self.cachedArguments = cachedArguments
    }
}
