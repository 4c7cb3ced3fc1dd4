import JSON
import NIOCore

/// Delivers webhooks, and again with growing waits until the receiver takes them; lives on the event loop.
final class WebhookSender {
    /// A job whose webhook is under way, and the body that it brings.
    private struct Delivery {
        let job: Job
        let message: WebhookMessage
        var attempts = 0
    }

    private let configuration: SimulatorConfiguration
    private let loop: any EventLoop
    private let faults: FaultBook
    private let counters: CounterBook
    private var keys = WebhookKeys()
    /// Ready to go as soon as there is a connection for it.
    private var ready = CircularBuffer<(Delivery, Fault?)>()
    private var connections = 0
    /// Deliveries that are not at their end, and the bytes of their bodies.
    private var pending = 0
    private var pendingBytes = 0

    private static let mostConnections = 64
    private static let (mostPending, mostPendingBytes) = (50_000, 256 << 20)
    /// fal: ten more tries after the first.
    private static let retries = 10

    init(configuration: SimulatorConfiguration, loop: any EventLoop, faults: FaultBook, counters: CounterBook) {
        self.configuration = configuration
        self.loop = loop
        self.faults = faults
        self.counters = counters
    }

    /// The public keys, as fal serves them.
    func keySet() -> JSONValue { keys.keySet() }

    /// Sends what a job gave to the URL that its submit named.
    func send(_ job: Job, to url: String, status: Int, payload: ByteBuffer) {
        let target: WebhookTarget
        do {
            target = try WebhookTarget(url)
        } catch {
            return refuse(job, error.reason)
        }
        let body = WebhookMessage.body(job.id, status: status, payload: payload)
        guard pending < Self.mostPending, pendingBytes + body.readableBytes <= Self.mostPendingBytes else {
            return refuse(job, "too many webhooks are under way")
        }
        pending += 1
        pendingBytes += body.readableBytes
        job.webhookState = "waiting"
        attempt(Delivery(job: job, message: WebhookMessage(requestID: job.id, target: target, body: body)))
    }

    private func refuse(_ job: Job, _ reason: String) {
        counters.count(\.refused)
        job.webhookState = "refused: \(reason)"
        configuration.report?("the webhook of \(job.id) is not sent: \(reason)")
    }

    private func attempt(_ delivery: Delivery) {
        let fault = faults.take(.webhook, endpoint: delivery.job.origin.endpoint)
        if fault != nil { counters.countFault() }
        switch fault?.kind {
        case .lost: finish(delivery, "lost", \.lost)
        case .late:
            after(.milliseconds(Int64(fault?.milliseconds ?? 0))) { $0.post(delivery, fault) }
        default: post(delivery, fault)
        }
    }

    private func post(_ delivery: Delivery, _ fault: Fault?) {
        guard connections < Self.mostConnections else { return ready.append((delivery, fault)) }
        guard let request = delivery.message.request(keys: &keys, fault: fault) else {
            return finish(delivery, "failed: the crypto library cannot sign", \.failed)
        }
        var delivery = delivery
        delivery.attempts += 1
        let sent = delivery
        connections += 1
        counters.count(\.sent)
        WebhookAttempt.send(
            request, to: delivery.message.target, limit: .of(configuration.webhookTimeout), on: loop
        ).assumeIsolated().whenComplete { [weak self] result in
            self?.ended(sent, fault, result)
        }
    }

    private func ended(_ delivery: Delivery, _ fault: Fault?, _ result: Result<Int, any Error>) {
        connections -= 1
        switch result {
        case .success(200...299):
            if fault?.kind == .twice {
                post(delivery, nil)
            } else {
                finish(delivery, "delivered, tries: \(delivery.attempts)", \.delivered)
            }
        case .success(let status) where 300...399 ~= status:
            finish(delivery, "failed: \(status) is a redirect, which fal does not follow", \.failed)
        case .success(let status): retry(delivery, "\(status)")
        case .failure(let error): retry(delivery, "\(error)")
        }
        while connections < Self.mostConnections, let (next, fault) = ready.popFirst() { post(next, fault) }
    }

    private func retry(_ delivery: Delivery, _ reason: String) {
        guard delivery.attempts <= Self.retries else {
            return finish(delivery, "failed, tries: \(delivery.attempts), the last: \(reason)", \.failed)
        }
        delivery.job.webhookState = "waiting, tries: \(delivery.attempts), the last: \(reason)"
        let wait = configuration.webhookRetry * (1 << (delivery.attempts - 1))
        after(.of(wait)) { $0.attempt(delivery) }
    }

    private func finish(_ delivery: Delivery, _ state: String, _ counter: WritableKeyPath<WebhookCounters, Int>) {
        pending -= 1
        pendingBytes -= delivery.message.body.readableBytes
        delivery.job.webhookState = state
        counters.count(counter)
    }

    private func after(_ time: TimeAmount, _ action: @escaping (WebhookSender) -> Void) {
        loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            if let self { action(self) }
        }
    }
}
