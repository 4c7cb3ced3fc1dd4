internal import EventLoop

/// Ends a transfer whose time is up, and says which time.
///
/// Its timer holds the transfer until `stop()`. libcurl's own limits would not name the deadline, and know idleness in whole seconds only.
@LoopActor
final class DeadlineWatch {
    private let limits: HTTPRequest.Deadlines
    private let started: ContinuousClock.Instant
    private var lastMove: ContinuousClock.Instant
    private var lastProgress: Int?
    private var timer: LoopTimer?

    init(_ limits: HTTPRequest.Deadlines) {
        self.limits = limits
        started = .now
        lastMove = started
    }

    func start(_ transfer: Transfer) {
        let total = limits.total ?? limits.connect
        let first = min(limits.connect, limits.idle / Self.looksPerIdle, total)
        schedule(at: started + first, transfer)
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    /// An idle time is noticed at most a quarter too late, and costs four looks.
    private static let looksPerIdle = 4

    private func schedule(at time: ContinuousClock.Instant, _ transfer: Transfer) {
        timer = LoopExecutor.shared.schedule(at: time) { [self] in look(transfer) }
    }

    private func look(_ transfer: Transfer) {
        let now = ContinuousClock.now
        let age = now - started
        if let total = limits.total, age >= total {
            return transfer.end(.timeout(.total), "no whole response within \(total)")
        }
        let progress = transfer.progress
        if progress == nil, age >= limits.connect {
            return transfer.end(.timeout(.connect), "no connection within \(limits.connect)")
        }
        if progress == nil || progress != lastProgress || transfer.isPaused {
            lastMove = now
            lastProgress = progress
        } else if now - lastMove >= limits.idle {
            return transfer.end(.timeout(.idle), "not a byte within \(limits.idle)")
        }
        let next = progress == nil ? min(limits.connect - age, limits.idle) : limits.idle / Self.looksPerIdle
        let wait = min(next, limits.total.map { $0 - age } ?? next)
        schedule(at: now + max(wait, .milliseconds(1)), transfer)
    }
}
