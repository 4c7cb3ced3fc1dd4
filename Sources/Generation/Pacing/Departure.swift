internal import FalClient

/// A job on its way to fal, from its row in the ledger to fal's request.
struct Departure {
    let id: String
    let order: JobOrder
    let created: Timestamp
    let cost: JobCost
    let ticket: SubmitGate.Ticket
    /// The job's state as long as nothing has left: what it was before.
    let unsent: Job.State
    /// What the ledger has now.
    var recorded: Job.State
    /// Whether a submit that failed leaves the job as it was, to be taken up again.
    let isTakenUp: Bool
}

/// A job that counts as in flight.
enum Flight {
    /// Somebody waits for its end.
    case attended(SubmitGate.Ticket)
    /// A script has its handle and may never ask for its result.
    case unattended(SubmitGate.Ticket, QueueRequest)
    /// Nobody asked for its result, and others wait for its place.
    case watched(SubmitGate.Ticket, Task<Void, any Error>)

    var ticket: SubmitGate.Ticket {
        switch self {
        case .attended(let ticket), .unattended(let ticket, _), .watched(let ticket, _): ticket
        }
    }
}
