internal import EventLoop
internal import Generation

/// The changes that wait for the next commit, and when that is due.
struct LedgerQueue: Sendable {
    private var changes: [LedgerChange] = []
    /// Somebody takes what comes, until `take` has given nil.
    private var isServed = false
    private var isUrgent = false
    /// How many of the changes somebody waits for.
    private var waiting = 0
    /// Jobs that this process has begun and not seen the end of.
    private var inHand = 0

    enum Call {
        /// Nobody serves the queue: whoever adds starts to.
        case serve
        /// The next commit is due before its time.
        case hurry
    }

    mutating func add(_ change: LedgerChange) -> Call? {
        changes.append(change)
        count(change)
        if !isServed {
            isServed = true
            return .serve
        }
        // Those who wait for the disk do nothing else: when half of the jobs do, the process may soon be idle.
        if isUrgent || waiting == 0 || waiting * 2 < inHand { return nil }
        isUrgent = true
        return .hurry
    }

    /// Nil when there is nothing: then nobody serves the queue any more.
    mutating func take() -> [LedgerChange]? {
        isServed = !changes.isEmpty
        (isUrgent, waiting) = (false, 0)
        if changes.isEmpty { return nil }
        defer {
            changes = []
            changes.reserveCapacity(64)
        }
        return changes
    }

    /// Jobs that were added and refused will have no end.
    mutating func forget(_ refused: Int) { inHand = max(0, inHand - refused) }

    /// How long after its beginning a commit is followed by the next, which what comes in between shares.
    ///
    /// A commit costs as much as some twenty changes in it. Where many come, waiting for more is paid back; a job that
    /// comes alone is not held up.
    static func pause(after changes: Int) -> Duration {
        min(.microseconds(200 * changes), .milliseconds(10))
    }

    private mutating func count(_ change: LedgerChange) {
        if case .awaited = change.outcome { waiting += 1 }
        switch change.kind {
        case .job: inHand += 1
        case .state(_, .submitting, _): inHand += 1
        case .state(_, let state, _) where state.isEnded: inHand = max(0, inHand - 1)
        case .state, .picture, .lostPicture: break
        // Somebody wants to read, or to end.
        case .nothing, .probe: waiting = max(waiting, inHand)
        }
    }
}

/// One thing to be written, and who wants to know.
struct LedgerChange: Sendable {
    enum Kind: Sendable {
        // Indirect: a copy is one reference, not a dozen.
        indirect case job(Job, Run, arguments: String, DayBudget?)
        indirect case state(String, Job.State, Timestamp)
        indirect case picture(KeptPicture)
        indirect case lostPicture(job: String, index: Int, url: String, Timestamp)
        case nothing
        /// Nothing, in a transaction that takes the write lock.
        case probe
    }

    enum Outcome: Sendable {
        // Not checked, for speed: `LedgerWriter.write` resumes every change of its batch, once.
        case awaited(UnsafeContinuation<Result<Void, GenerationError>, Never>)
        case noted
    }

    let kind: Kind
    let outcome: Outcome
}
