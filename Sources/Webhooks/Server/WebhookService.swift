internal import NIOCore
internal import NIOHTTP1

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Decides what is answered; lives on the receiver's event loop together with its connections.
final class WebhookService {
    let settings: WebhookSettings
    let counters: ReceiverCounters
    private let loop: any EventLoop
    private let duties: WebhookDuties
    private let keys: KeyCache
    private var replays = ReplayBook()
    private var connections: [ObjectIdentifier: WebhookConnection] = [:]
    private var buffered = 0
    private var hasEnded = false

    init(loop: any EventLoop, settings: WebhookSettings, counters: ReceiverCounters, duties: WebhookDuties) {
        self.loop = loop
        self.settings = settings
        self.counters = counters
        self.duties = duties
        keys = KeyCache(loop: loop, settings: settings, counters: counters, fetch: duties.keySet)
        sweep()
    }

    // MARK: Requests

    /// What a request is, as far as its head says.
    enum Kind {
        case delivery(SignedHeaders)
        case health
        case metrics
        /// For the program.
        case posted(HTTPRequestHead, WebhookPaths.Handler)
        case refused(WebhookReply)
    }

    func kind(of head: HTTPRequestHead) -> Kind {
        do throws(WebhookRefusal) {
            let path = head.uri.prefix { $0 != "?" }
            if path == settings.path {
                guard head.method == .POST else { return refused(.method, allowing: "POST") }
                try checkSize(head)
                let headers = try SignedHeaders(head.headers)
                guard abs(Int64(time(nil)) - headers.time) <= settings.clockTolerance else { throw .timestamp }
                return .delivery(headers)
            }
            guard path == "/healthz" || path == "/metrics" else {
                guard let handler = duties.paths.handler(for: path) else { throw .path }
                try checkSize(head)
                return .posted(head, handler)
            }
            guard head.method == .GET || head.method == .HEAD else { return refused(.method, allowing: "GET, HEAD") }
            return path == "/metrics" ? .metrics : .health
        } catch {
            return .refused(refusal(error))
        }
    }

    private func checkSize(_ head: HTTPRequestHead) throws(WebhookRefusal) {
        guard let size = head.headers.first(name: "content-length").flatMap({ Int($0) }) else { return }
        if size > settings.maximumBody { throw .bodySize }
    }

    private func refused(_ reason: WebhookRefusal, allowing methods: String) -> Kind {
        var reply = refusal(reason)
        reply.allowed = methods
        return .refused(reply)
    }

    /// The answer, which is counted.
    func refusal(_ reason: WebhookRefusal) -> WebhookReply {
        counters.count(reason)
        return WebhookReply(reason)
    }

    func answer(_ kind: Kind, body: ByteBuffer?, then answer: @escaping (WebhookReply) -> Void) {
        switch kind {
        case .refused(let reply): answer(reply)
        case .delivery(let headers): receive(headers, body ?? ByteBuffer(), then: answer)
        case .posted(let head, let handler): pass(PostedRequest(head, body: body), to: handler, then: answer)
        case .health:
            later(answer) { [duties] in
                let health = await duties.health()
                var reply = WebhookReply(status: health.isWell ? 200 : 503, body: health.json + "\n")
                reply.contentType = "application/json"
                return reply
            }
        case .metrics:
            later(answer) { [duties] in
                var reply = WebhookReply(status: 200, body: "")
                reply.contentType = "text/plain; version=0.0.4; charset=utf-8"
                for source in duties.metrics { reply.body += await source.text().utf8 }
                return reply
            }
        }
    }

    private func later(
        _ answer: @escaping (WebhookReply) -> Void, _ make: @escaping @Sendable () async -> WebhookReply
    ) {
        loop.makeFutureWithTask { await make() }.assumeIsolated().whenSuccess { answer($0) }
    }

    private func pass(
        _ request: PostedRequest, to handler: WebhookPaths.Handler, then answer: @escaping (WebhookReply) -> Void
    ) {
        var isAnswered = false
        let then = NIOLoopBound(
            { [self] (made: PostedAnswer) in
                // The connection may be at its next request by now.
                if isAnswered { return }
                isAnswered = true
                answer(reply(made))
            }, eventLoop: loop)
        handler(request) { [loop, paths = duties.paths] made in
            paths.whileServing { loop.execute { then.value(made) } }
        }
    }

    private func reply(_ made: PostedAnswer) -> WebhookReply {
        switch made {
        case .refused(let reason): return refusal(reason)
        case .response(let status, let headers, let body):
            counters.countAnswered(status)
            return WebhookReply(status: status, headers: headers, body: body)
        }
    }

    private func receive(_ headers: SignedHeaders, _ body: ByteBuffer, then answer: @escaping (WebhookReply) -> Void) {
        if replays.contains(headers) {
            counters.count(.replayed)
            return answer(.accepted)
        }
        guard let message = body.withUnsafeReadableBytes({ headers.message(body: $0) }) else {
            return answer(refusal(.busy))
        }
        keys.verify(message, headers.signature) { [self] verdict in
            switch verdict {
            case .valid: answer(accept(headers, body))
            case .invalid: answer(refusal(.signature))
            case .unknown: answer(refusal(.keys))
            }
        }
    }

    private func accept(_ headers: SignedHeaders, _ body: ByteBuffer) -> WebhookReply {
        guard let delivery = WebhookDelivery(Array(body.readableBytesView), signedFor: headers.requestID) else {
            return refusal(.body)
        }
        guard duties.deliver(delivery) else { return refusal(.busy) }
        counters.countAccepted()
        replays.add(headers)
        return .accepted
    }

    // MARK: Connections

    /// False when there are too many already.
    func opened(_ connection: WebhookConnection) -> Bool {
        counters.countOpened()
        connections[ObjectIdentifier(connection)] = connection
        return connections.count <= settings.maximumConnections && !hasEnded
    }

    func closed(_ connection: WebhookConnection) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        counters.countClosed()
    }

    /// Takes room for bytes of a body; false when there is none.
    func reserve(_ size: Int) -> Bool {
        guard buffered + size <= settings.maximumBuffered else { return false }
        buffered += size
        return true
    }

    func free(_ size: Int) { buffered -= size }

    /// Ends the connections that wait for a request; returns how many others there are.
    func closeIdle() -> Int {
        hasEnded = true
        for connection in connections.values where connection.isIdle { connection.close() }
        return connections.count
    }

    /// Ends all connections, and looks after none any more.
    func end() {
        hasEnded = true
        for connection in connections.values { connection.close() }
    }

    /// Looks once a second for connections whose time is up: what a timer for each request would cost more.
    private func sweep() {
        loop.assumeIsolated().scheduleTask(in: .seconds(1)) { [weak self] in
            guard let self, !hasEnded else { return }
            let now = NIODeadline.now()
            for connection in connections.values where connection.deadline < now { connection.expire() }
            sweep()
        }
    }
}
