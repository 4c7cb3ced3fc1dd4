internal import FalClient

/// The durable record of jobs.
///
/// Several processes may use one ledger at once. Everything it throws is a `storage` error.
package protocol JobLedger: Sendable {
    /// Adds a job, and its run with the first of it; returns when that is durable.
    ///
    /// Throws `storage` with `keyTaken` and adds nothing when another job has its key, unless that job gave nothing and the
    /// order `retriesFailed`: then the key is the new job's.
    /// Throws `budget_exceeded` and adds nothing when the day's jobs, of all runs, would cost more than `budget`.
    func add(_ job: Job, in run: Run, within budget: DayBudget?) async throws(GenerationError)
    /// Moves a job on; returns when that is durable.
    func move(_ id: String, to state: Job.State) async throws(GenerationError)
    /// Moves a job on without waiting: for what could be had from fal again. `flush` tells when it could not be written.
    func note(_ id: String, _ state: Job.State)
    /// Waits until all that was noted is durable.
    func flush() async throws(GenerationError)

    func job(_ id: String) async throws(GenerationError) -> Job?
    /// Newest first.
    func jobs(_ filter: JobFilter) async throws(GenerationError) -> [Job]
    func run(_ id: String) async throws(GenerationError) -> Run?
    /// The runs of a script's file, newest first.
    func runs(of file: String) async throws(GenerationError) -> [Run]
    /// The run with all that it resumed and all that resumed it, oldest first; none when the ledger does not have it.
    func chain(of run: String) async throws(GenerationError) -> [Run]
    /// What the jobs made since then come to: those of simulators or the others, without one run's.
    func total(
        since: Timestamp, simulated: Bool, except run: String
    ) async throws(GenerationError) -> JobTotal
    /// What is known of the jobs' times and costs; in the order in which they were made.
    func records(_ filter: RecordFilter) async throws(GenerationError) -> [JobRecord]
    /// The states that a job has been through, oldest first.
    func history(_ id: String) async throws(GenerationError) -> [JobStep]
    /// Whether the process of a run still lives, or another one resumes it: its jobs are in that one's hands.
    func isLive(_ run: String) -> Bool
    /// Takes the jobs of a run whose process is gone in hand; false when another process has them.
    ///
    /// They stay in hand until `release`, or until this process ends, however it ends.
    func claim(_ run: String) async throws(GenerationError) -> Bool
    func release(_ run: String) async
}

extension JobLedger {
    package func add(_ job: Job, in run: Run) async throws(GenerationError) {
        try await add(job, in: run, within: nil)
    }
}

/// One invocation of falhost that made jobs.
package struct Run: Sendable, Equatable {
    /// Sorts by time: `20261122-192005-3f9a`.
    package let id: String
    package let started: Timestamp
    /// The script's path, or the command.
    package let script: String
    /// The server that its jobs were sent to; `builtInSimulator` for one that ended with the run.
    package let server: String
    /// Whether its pictures are wanted on this machine: `falhost resume` then fetches those that it did not come to.
    package let keepsPictures: Bool
    /// The script's file and arguments; nil for a command, a chunk and the prompt.
    package var invocation: ScriptInvocation?
    /// The id of the run whose results it takes over.
    package var resumes: String?
    /// SHA-256 of the script's text, without the modules that it requires; nil for a command.
    package var scriptHash: String?
    /// falhost's version; nil in a ledger of one that did not keep it.
    package var version: String?

    package static let builtInSimulator = "simulator"
    /// The server of a run that a recorded conversation answers.
    package static let replay = "replay"

    package init(
        id: String, started: Timestamp, script: String, server: String, keepsPictures: Bool = false,
        invocation: ScriptInvocation? = nil, resumes: String? = nil
    ) {
        self.id = id
        self.started = started
        self.script = script
        self.server = server
        self.keepsPictures = keepsPictures
        self.invocation = invocation
        self.resumes = resumes
    }

    /// True for a server on this machine: its jobs are priced and cost nothing.
    package var isSimulated: Bool {
        [Self.builtInSimulator, Self.replay].contains(server) || WebAddress(server)?.isLoopback == true
    }

    /// The time in UTC and four random digits: `20261122-192005-3f9a`.
    package static func newID() -> String {
        let time = Timestamp.now.description.filter { $0.isNumber }
        let random = String(UInt16.random(in: 0...UInt16.max), radix: 16)
        let padding = String(repeating: "0", count: 4 - random.utf8.count)
        return "\(time.prefix(8))-\(time.suffix(6))-\(padding)\(random)"
    }
}

/// One state that a job came into.
package struct JobStep: Sendable, Equatable {
    package let state: Job.State.Name
    package let time: Timestamp
    /// Why, where something went wrong.
    package let error: String?

    package init(state: Job.State.Name, time: Timestamp, error: String?) {
        self.state = state
        self.time = time
        self.error = error
    }
}

/// Which jobs are asked for.
package struct JobFilter: Sendable {
    /// All runs when nil.
    package var run: String?
    /// All states when empty.
    package var states: Set<Job.State.Name>
    package var limit: Int
    /// What their ids begin with.
    package var idPrefix: String?
    /// fal's request id.
    package var request: String?
    /// What the caller named it.
    package var key: String?
    /// All times when nil.
    package var since: Timestamp?
    /// Only those that train avatars.
    package var trainsAvatars = false

    package init(
        run: String? = nil, states: Set<Job.State.Name> = [], limit: Int = .max, idPrefix: String? = nil,
        request: String? = nil, since: Timestamp? = nil, key: String? = nil, trainsAvatars: Bool = false
    ) {
        self.key = key
        self.trainsAvatars = trainsAvatars
        self.since = since
        self.run = run
        self.idPrefix = idPrefix
        self.request = request
        self.states = states
        self.limit = limit
    }
}
