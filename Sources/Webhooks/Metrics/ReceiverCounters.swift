internal import NIOConcurrencyHelpers

/// What a receiver has seen since its start; any thread may count and read.
package final class ReceiverCounters: Sendable {
    /// What came of a delivery that fal has signed.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Somebody in this process waited for the job and goes on.
        case woke
        /// Nobody waited: the result was fetched for the ledger.
        case collected
        /// The ledger knew the end already.
        case ended
        /// Another process has the job in hand.
        case elsewhere
        /// The ledger has no such job.
        case unknown
        /// The same headers came before: no work was done.
        case replayed
        /// The ledger or fal could not be asked; polling or `falhost resume` brings the job to its end.
        case failed
    }

    /// Why a request was refused; also the word that is answered.
    package enum Refusal: String, Sendable, CaseIterable {
        case bodySize = "body_size"
        case headSize = "head_size"
        case header
        case timestamp
        case signature
        case body
        case slow
        case request
        case path
        case method
        /// Too many connections, or too much at once: to be tried again.
        case busy
        /// fal's keys could not be had yet: to be tried again.
        case keys
        /// The function of the program that handles the path failed.
        case handler
        /// The answer was not there in time.
        case late
    }

    /// One look at the counters.
    package struct Counts: Sendable, Equatable {
        package fileprivate(set) var deliveries: [Outcome: Int] = [:]
        package fileprivate(set) var refused: [Refusal: Int] = [:]
        package fileprivate(set) var accepted = 0
        /// Answers of the program's own, by the first digit of their status.
        package fileprivate(set) var answered: [Int: Int] = [:]
        package fileprivate(set) var connections = 0
        package fileprivate(set) var openConnections = 0
        package fileprivate(set) var receivedBytes = 0
        package fileprivate(set) var keyRefreshes = 0
        package fileprivate(set) var failedKeyRefreshes = 0

        package subscript(outcome: Outcome) -> Int { deliveries[outcome] ?? 0 }
        package subscript(reason: Refusal) -> Int { refused[reason] ?? 0 }
    }

    private let counts = NIOLockedValueBox(Counts())

    package init() {}

    package var current: Counts { counts.withLockedValue { $0 } }

    package func count(_ outcome: Outcome) { counts.withLockedValue { $0.deliveries[outcome, default: 0] += 1 } }

    func count(_ reason: Refusal) { counts.withLockedValue { $0.refused[reason, default: 0] += 1 } }
    func countAnswered(_ status: Int) { counts.withLockedValue { $0.answered[status / 100, default: 0] += 1 } }
    func countAccepted() { counts.withLockedValue { $0.accepted += 1 } }
    func countBytes(_ size: Int) { counts.withLockedValue { $0.receivedBytes += size } }
    func countClosed() { counts.withLockedValue { $0.openConnections -= 1 } }

    func countOpened() {
        counts.withLockedValue {
            $0.connections += 1
            $0.openConnections += 1
        }
    }

    func countKeyRefresh(isFailed: Bool) {
        counts.withLockedValue {
            $0.keyRefreshes += 1
            if isFailed { $0.failedKeyRefreshes += 1 }
        }
    }
}
