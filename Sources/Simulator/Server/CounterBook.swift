import NIOConcurrencyHelpers

/// Counters that the loop writes and any thread reads.
final class CounterBook: Sendable {
    private let counters = NIOLockedValueBox(SimulatorCounters())

    var current: SimulatorCounters { counters.withLockedValue { $0 } }

    func count(_ kind: RequestKind, isAuthorized: Bool) {
        counters.withLockedValue { $0.count(kind, isAuthorized: isAuthorized) }
    }

    func countConnection() { counters.withLockedValue { $0.countConnection() } }
    func countSubmit() { counters.withLockedValue { $0.countSubmit() } }
    func countRefusal() { counters.withLockedValue { $0.countRefusal() } }
    func countOpen(_ count: Int) { counters.withLockedValue { $0.countOpen(count) } }
    func countCancel() { counters.withLockedValue { $0.countCancel() } }
    func count(_ counter: WritableKeyPath<WebhookCounters, Int>) {
        counters.withLockedValue { $0.webhooks[keyPath: counter] += 1 }
    }

    func countFault() { counters.withLockedValue { $0.countFault() } }
}
