import Synchronization

/// Counters that the loop writes and any thread reads.
final class CounterBook: Sendable {
    private let counters = Mutex(SimulatorCounters())

    var current: SimulatorCounters { counters.withLock { $0 } }

    func count(_ kind: RequestKind, isAuthorized: Bool) {
        counters.withLock { $0.count(kind, isAuthorized: isAuthorized) }
    }

    func countConnection() { counters.withLock { $0.countConnection() } }
    func countSubmit() { counters.withLock { $0.countSubmit() } }
    func countCancel() { counters.withLock { $0.countCancel() } }
    func countFault() { counters.withLock { $0.countFault() } }
}
