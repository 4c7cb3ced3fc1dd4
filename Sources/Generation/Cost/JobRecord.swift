/// What statistics need of one job.
package struct JobRecord: Sendable, Equatable {
    package let run: String
    package let endpoint: String
    /// Nil for a job that a script submitted by itself; `preset` too.
    package let avatar: String?
    package let preset: String?
    package let created: Timestamp
    package let state: Job.State.Name
    /// From the submit to the result, of a completed job.
    package let duration: Duration?
    package let cost: JobCost
    /// How many pictures fal's checker judged, and how many of them it flagged.
    package let checkedPictures: Int
    package let flaggedPictures: Int

    package init(
        run: String, endpoint: String, avatar: String?, preset: String?, created: Timestamp, state: Job.State.Name,
        duration: Duration?, cost: JobCost, checkedPictures: Int, flaggedPictures: Int
    ) {
        self.run = run
        self.endpoint = endpoint
        self.avatar = avatar
        self.preset = preset
        self.created = created
        self.state = state
        self.duration = duration
        self.cost = cost
        self.checkedPictures = checkedPictures
        self.flaggedPictures = flaggedPictures
    }
}

/// Which jobs are counted.
package struct RecordFilter: Sendable, Equatable {
    /// All runs when nil.
    package var run: String?
    /// All times when nil.
    package var since: Timestamp?
    /// The jobs of real servers, or those of simulators: they are never counted together.
    package var simulated: Bool

    package init(run: String? = nil, since: Timestamp? = nil, simulated: Bool = false) {
        self.run = run
        self.since = since
        self.simulated = simulated
    }
}
