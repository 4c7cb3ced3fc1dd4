import Foundation
import TestSupport
import Webhooks

/// A receiver in the test's own process, with what it asks for and what it hands on.
final class RunningReceiver: Sendable {
    /// What changes while it runs.
    struct Surroundings: Sendable {
        /// The document at fal; nil when fal cannot be reached.
        var keySet: [UInt8]? = WebhookSigner.keySet(WebhookSigner())
        var fetches = 0
        var delivered: [[String]] = []
        var hasRoom = true
    }

    let receiver: WebhookReceiver
    let paths = WebhookPaths()
    private let surroundings: Guarded<Surroundings>

    struct Unreachable: Error {}

    init(_ change: (inout WebhookSettings) -> Void = { _ in }, keySet: [UInt8]? = nil, unreachable: Bool = false)
        async throws
    {
        var settings = WebhookSettings()
        change(&settings)
        var start = Surroundings()
        if let keySet { start.keySet = keySet }
        if unreachable { start.keySet = nil }
        let surroundings = Guarded(start)
        let counters = ReceiverCounters()
        let duties = WebhookDuties(
            keySet: {
                try surroundings.change {
                    $0.fetches += 1
                    guard let keySet = $0.keySet else { throw Unreachable() }
                    return keySet
                }
            },
            deliver: { delivery in
                surroundings.change {
                    if $0.hasRoom { $0.delivered.append(delivery.requestIDs) }
                    return $0.hasRoom
                }
            },
            health: { WebhookHealth(isWell: surroundings.change { $0.hasRoom }, json: "{}") },
            metrics: [ReceiverMetrics(counters)], paths: paths)
        receiver = try await WebhookReceiver.start(settings, counters: counters, duties: duties)
        self.surroundings = surroundings
    }

    func change<Value>(_ body: (inout Surroundings) throws -> Value) rethrows -> Value {
        try surroundings.change(body)
    }

    var delivered: [[String]] { change { $0.delivered } }
    var counts: ReceiverCounters.Counts { receiver.counters.current }

    func client() throws -> WebhookClient { try WebhookClient(port: receiver.port) }

    /// The answer to a delivery on a connection of its own.
    func post(_ body: String, _ headers: [(name: String, value: String)]) async -> WebhookClient.Answer? {
        await (try? client())?.post(body, headers)
    }

    /// Starts a receiver, and stops it after the test.
    static func with(
        _ change: (inout WebhookSettings) -> Void = { _ in }, keySet: [UInt8]? = nil, unreachable: Bool = false,
        _ test: (RunningReceiver) async throws -> Void
    ) async throws {
        let running = try await RunningReceiver(change, keySet: keySet, unreachable: unreachable)
        do {
            try await test(running)
        } catch {
            await running.receiver.stop()
            throw error
        }
        await running.receiver.stop()
    }
}

/// A value that threads change one at a time.
///
/// Its being Sendable is unchecked because the compiler cannot see that `value` is touched under `lock` alone.
final class Guarded<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try body(&value) }
    }
}

/// A body as fal sends it.
func deliveryBody(_ id: String, gateway: String? = nil) -> String {
    let gateway = gateway.map { #","gateway_request_id":"\#($0)""# } ?? ""
    return #"{"request_id":"\#(id)"\#(gateway),"status":"OK","payload":{"images":[]}}"#
}
