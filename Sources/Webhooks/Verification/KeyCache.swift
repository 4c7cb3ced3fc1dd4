internal import NIOCore

/// fal's public keys, fetched when they are first needed and kept for a day.
///
/// A signature that none of them made may be of a new key: the set is asked for again, but after each time that it brought
/// nothing new only after a longer pause, so that bad signatures do not become requests to fal. When it cannot be had the
/// old keys stay. Lives on the receiver's event loop.
final class KeyCache {
    enum Verdict {
        case valid
        case invalid
        /// No key could be had yet.
        case unknown
    }

    typealias Fetch = @Sendable () async throws -> [UInt8]

    private let loop: any EventLoop
    private let fetch: Fetch
    private let counters: ReceiverCounters
    private let settings: WebhookSettings
    private var keys: [Ed25519Key] = []
    private var fetched = NIODeadline.distantPast
    private var nextFetch = NIODeadline.distantPast
    private var pause: Duration
    /// Who waits for the fetch under way; nil when there is none.
    private var waiting: [() -> Void]?

    /// Deliveries that may wait for one fetch; more get their answer from the keys that are known.
    private static let mostWaiting = 32

    init(loop: any EventLoop, settings: WebhookSettings, counters: ReceiverCounters, fetch: @escaping Fetch) {
        self.loop = loop
        self.settings = settings
        self.counters = counters
        self.fetch = fetch
        pause = settings.firstKeyPause
    }

    /// Calls back at once where the known keys settle it, else when the set has been fetched.
    func verify(_ message: [UInt8], _ signature: [UInt8], then answer: @escaping (Verdict) -> Void) {
        let isOld = fetched + TimeAmount(settings.keyLifetime) < .now()
        let verdict = verdict(message, signature)
        if verdict == .valid, !isOld { return answer(verdict) }
        guard (waiting?.count ?? 0) < Self.mostWaiting, waiting != nil || nextFetch <= .now() else {
            return answer(verdict)
        }
        let isFirst = waiting == nil
        waiting = (waiting ?? []) + [{ answer(self.verdict(message, signature)) }]
        if isFirst { refresh() }
    }

    private func verdict(_ message: [UInt8], _ signature: [UInt8]) -> Verdict {
        if keys.isEmpty { return .unknown }
        return keys.contains { $0.isSigner(of: message, signature) } ? .valid : .invalid
    }

    private func refresh() {
        let fetch = fetch
        loop.makeFutureWithTask { try await fetch() }.assumeIsolated().whenComplete { [self] result in
            take((try? result.get()).flatMap(KeySet.init))
        }
    }

    private func take(_ set: KeySet?) {
        counters.countKeyRefresh(isFailed: set == nil)
        let isNew = set.map { $0.keys.map(\.bytes) != keys.map(\.bytes) } ?? false
        if let set {
            if isNew { keys = set.keys }
            fetched = .now()
        }
        pause = isNew ? settings.firstKeyPause : min(pause * 2, settings.longestKeyPause)
        nextFetch = .now() + TimeAmount(pause)
        let waiting = waiting ?? []
        self.waiting = nil
        for answer in waiting { answer() }
    }
}
