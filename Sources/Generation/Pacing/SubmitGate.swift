package import EventLoop
package import FalClient
package import Logging

/// Lets jobs leave for fal when it is their turn: within the account's limit, at the rate that was asked for, fair between
/// lines, and not while fal wants to be left alone.
///
/// A job that waits here has no request under way and no connection.
@LoopActor
package final class SubmitGate {
    /// A job's place, from `enter` to `leave`.
    package struct Ticket: Sendable {
        fileprivate let number: Int
        fileprivate let line: String
    }

    /// Why a job did not get its turn.
    package enum Missed: Error {
        case cancelled
        case timedOut
    }

    private typealias Waiter = CheckedContinuation<Missed?, Never>

    private enum Place {
        case waiting(Waiter?)
        /// `turn` counts the submits that the gate has let through.
        case sending(turn: Int)
        case held
    }

    /// Refusals without a submit that was accepted in between.
    private struct Streak {
        var count = 0
        /// The pauses before them, together.
        var paused = Duration.zero
    }

    private let retry: RetryPolicy
    private let logger: Logger
    private var limit: FlightLimit
    private var rate: SubmitRate?
    private var places: [Int: Place] = [:]
    private var queue = FairQueue()
    private var numbers = 0
    private var turns = 0
    /// The last turn before the limit was last narrowed.
    private var turnsBeforeRefusal = 0
    /// Jobs that are sending or held.
    private(set) package var inFlight = 0
    private var streak: Streak?
    private var pausedUntil: ContinuousClock.Instant?
    private var timer: LoopTimer?

    /// - Parameter retry: how long a submit that fal refuses is tried again, and after what pauses.
    package init(_ pacing: Pacing, retry: RetryPolicy, logger: Logger) {
        self.retry = retry
        self.logger = logger
        limit = FlightLimit(ceiling: pacing.jobsInFlight)
        rate = pacing.submitsPerSecond.map { SubmitRate(perSecond: $0, burst: pacing.burst ?? 1) }
    }

    /// Jobs that wait for their turn.
    package var waiting: Int { queue.count }

    /// How many jobs may be in flight now; nil for any number.
    package var currentLimit: Int? { limit.current }

    /// True when somebody waits for a job in flight to end.
    var isFull: Bool { !queue.isEmpty && !hasRoom }

    // MARK: A job's way

    /// Takes a place in a line; it is the job's turn at once where nothing stands against it.
    package func enter(_ line: String) -> Ticket {
        numbers += 1
        let ticket = Ticket(number: numbers, line: line)
        if queue.isEmpty, hasRoom, opening() == nil {
            admit(ticket.number)
        } else {
            wait(ticket)
            admitWaiting()
        }
        return ticket
    }

    /// Counts a job that fal has already.
    func enterHeld() -> Ticket {
        numbers += 1
        places[numbers] = .held
        inFlight += 1
        return Ticket(number: numbers, line: "")
    }

    package func isAdmitted(_ ticket: Ticket) -> Bool {
        if case .sending? = places[ticket.number] { true } else { false }
    }

    /// Returns when it is the job's turn. Who misses it has left.
    package func turn(of ticket: Ticket, until deadline: ContinuousClock.Instant?) async throws(Missed) {
        switch places[ticket.number] {
        case .waiting?: break
        case .sending?, .held?: return
        case nil: throw .cancelled
        }
        let timer = deadline.map { LoopExecutor.shared.schedule(at: $0) { self.miss(ticket, .timedOut) } }
        let missed = await withTaskCancellationHandler {
            await withCheckedContinuation { park($0, ticket) }
        } onCancel: {
            LoopActor.spawn { self.miss(ticket, .cancelled) }
        }
        timer?.cancel()
        if let missed { throw missed }
    }

    /// fal has the job.
    package func accept(_ ticket: Ticket) {
        guard case .sending(let turn)? = places[ticket.number] else { return }
        places[ticket.number] = .held
        // One that was under way together with one that was refused says nothing of what fal takes now.
        guard limit.isNarrowed, turn > turnsBeforeRefusal else { return }
        if streak != nil { logger.info("fal accepts submits again: \(limitWords) in flight") }
        streak = nil
        limit.accept()
        if !limit.isNarrowed { logger.info("fal's refusals are made up for: \(limitWords) in flight") }
        admitWaiting()
    }

    /// fal refused the submit for now (429), and made no job of it: the job goes back to its place in the line.
    ///
    /// False when fal has refused all submits for as long as the retry policy allows: then the job is to leave.
    package func refuse(_ ticket: Ticket, retryAfter: Duration?, namesConcurrency: Bool) -> Bool {
        guard case .sending(let turn)? = places[ticket.number] else { return false }
        let now = ContinuousClock.now
        // Of submits that were under way together the first refusal counts.
        let isNews = turn > turnsBeforeRefusal
        var streak = self.streak ?? Streak()
        if isNews { streak.count += 1 }
        let pause = retry.pause(afterRefusals: streak.count, retryAfter: retryAfter, random: .random(in: 0..<1))
        pausedUntil = max(pausedUntil ?? now, now + pause)
        let isHopeless = streak.paused + pause > retry.budget
        if isNews { streak.paused += pause }
        self.streak = streak
        limit.refuse(left: inFlight - 1, isNews: isNews, namesConcurrency: namesConcurrency)
        if isNews {
            turnsBeforeRefusal = turns
            logger.warning("fal refuses submits for now (429): the next in \(Self.words(pause))")
        }
        if isHopeless { return false }
        inFlight -= 1
        wait(ticket)
        admitWaiting()
        return true
    }

    /// The job has come to its end, or this process gives it up.
    package func leave(_ ticket: Ticket) {
        switch places.removeValue(forKey: ticket.number) {
        case nil: return
        case .waiting?: queue.remove(ticket.number, from: ticket.line)
        case .sending?, .held?: inFlight -= 1
        }
        admitWaiting()
    }

    // MARK: Whose turn it is

    private var hasRoom: Bool { limit.current.map { inFlight < $0 } ?? true }

    /// When the next submit may leave; nil for now.
    private func opening() -> ContinuousClock.Instant? {
        if rate == nil, pausedUntil == nil { return nil }
        let now = ContinuousClock.now
        if let pausedUntil, pausedUntil <= now { self.pausedUntil = nil }
        let opening = max(pausedUntil ?? now, rate?.opening(from: now) ?? now)
        return opening > now ? opening : nil
    }

    private func wait(_ ticket: Ticket) {
        places[ticket.number] = .waiting(nil)
        queue.insert(ticket.number, into: ticket.line)
    }

    private func admit(_ number: Int) {
        turns += 1
        inFlight += 1
        rate?.take(at: .now)
        guard case .waiting(let waiter?)? = places.updateValue(.sending(turn: turns), forKey: number) else { return }
        waiter.resume(returning: nil)
    }

    private func admitWaiting() {
        timer?.cancel()
        timer = nil
        while !queue.isEmpty, hasRoom {
            if let opening = opening() {
                timer = LoopExecutor.shared.schedule(at: opening) { [weak self] in self?.admitWaiting() }
                return
            }
            guard let number = queue.popFirst() else { return }
            admit(number)
        }
    }

    /// Its turn may have come, or been missed, on the way here.
    private func park(_ waiter: Waiter, _ ticket: Ticket) {
        switch places[ticket.number] {
        case .waiting?: places[ticket.number] = .waiting(waiter)
        case .sending?, .held?: waiter.resume(returning: nil)
        case nil: waiter.resume(returning: Task.isCancelled ? .cancelled : .timedOut)
        }
    }

    private func miss(_ ticket: Ticket, _ reason: Missed) {
        guard case .waiting(let waiter)? = places[ticket.number] else { return }
        leave(ticket)
        waiter?.resume(returning: reason)
    }

    // MARK: Words

    private var limitWords: String {
        guard let limit = limit.current else { return "any number of jobs" }
        return "at most \(limit) job\(limit == 1 ? "" : "s")"
    }

    private static func words(_ pause: Duration) -> String {
        let tenths = Int((pause / .milliseconds(100)).rounded(.up))
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
