import EventLoop
import FalClient
import Generation
import JSON
import Logging
import Store
import Webhooks

/// The receiver of fal's webhooks, and what becomes of them here.
///
/// A delivery is answered before anything is done for it; it then waits in a queue of bounded length for the loop.
@LoopActor
final class WebhookDesk {
    let receiver: WebhookReceiver
    /// For the script beside it.
    let paths: ScriptPaths
    private let noticed: NoticedJobs
    private let deliveries: AsyncStream<WebhookDelivery>.Continuation
    private let work: Task<Void, any Error>

    /// Deliveries that may wait; fal repeats those that find no room.
    private static let queueLength = 4096

    /// Listens; from now on whoever waits for a job is woken.
    init(_ host: Host, _ settings: WebhookSettings, _ noticed: NoticedJobs) async throws {
        let client = try host.client()
        client.notices = client.notices ?? JobNotices()
        let counters = ReceiverCounters()
        let (queue, deliveries) = AsyncStream.makeStream(
            of: WebhookDelivery.self, bufferingPolicy: .bufferingOldest(Self.queueLength))
        let start = Timestamp.now
        let paths = WebhookPaths()
        let duties = WebhookDuties(
            keySet: { try await LoopActor.spawn { try await client.webhookKeySet() }.value },
            deliver: { delivery in
                if case .enqueued = deliveries.yield(delivery) { true } else { false }
            },
            health: {
                let health = LoopActor.spawn { await host.health(since: start) }
                return (try? await health.value) ?? WebhookHealth(isWell: false, json: "{}")
            },
            metrics: [host.metrics, ReceiverMetrics(counters)], paths: paths)
        do {
            receiver = try await WebhookReceiver.start(settings, counters: counters, duties: duties)
        } catch {
            throw CommandError(.unavailable, "\(error); choose another port with --webhook-port")
        }
        self.paths = ScriptPaths(receiver, settings, paths)
        self.noticed = noticed
        self.deliveries = deliveries
        let logger = host.logger
        work = LoopActor.spawn {
            for await delivery in queue {
                await noticed.take(delivery.requestIDs) { result in
                    switch result {
                    case .success(let outcome): counters.count(.init(outcome))
                    case .failure(let error):
                        counters.count(.failed)
                        logger.warning("webhook of request \(delivery.requestIDs[0]): \(error.message(in: .english))")
                    }
                }
            }
        }
    }

    /// Takes no more deliveries and ends the work for those that came; what is left is found by `falhost resume`.
    func stop() async {
        deliveries.finish()
        work.cancel()
        await receiver.stop()
        _ = await work.result
        await noticed.stop()
    }
}

/// What `GET /metrics` tells of jobs.
extension RunMetrics: MetricsSource {}

extension ReceiverCounters.Outcome {
    init(_ outcome: NoticedJobs.Outcome) {
        self =
            switch outcome {
            case .woke: .woke
            case .collected: .collected
            case .ended: .ended
            case .elsewhere: .elsewhere
            case .unknown: .unknown
            }
    }
}

extension Host {
    /// Whether the ledger can be written, and how many jobs are open.
    func health(since start: Timestamp) async -> WebhookHealth {
        var json: JSONObject = ["status": "ok"]
        var isWell = true
        if let madeLedger {
            do throws(GenerationError) {
                json.append("ledger", "writable")
                json.append("open_jobs", .integer(Int64(try await madeLedger.openJobs())))
            } catch {
                isWell = false
                json = ["status": "failing", "ledger": .string(error.message(in: .english))]
            }
        } else {
            json.append("ledger", "off")
        }
        json.append("since", .string(start.description))
        let text = (try? json.serialized()).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return WebhookHealth(isWell: isWell, json: text)
    }
}
