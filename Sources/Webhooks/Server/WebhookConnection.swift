internal import NIOCore
internal import NIOHTTP1

/// One HTTP/1.1 connection: reads a request, has it answered, reads the next.
///
/// Nothing is read while an answer is being made, and nothing while the client does not read its answers: whoever
/// pipelines or only sends is slowed down by TCP. Each phase has a deadline, after which the service ends it.
final class WebhookConnection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Between two requests, or in the head of one.
        case idle
        case reading(Incoming)
        case answering(keepsAlive: Bool, isHead: Bool)
        case closed
    }

    private struct Incoming {
        let head: HTTPRequestHead
        let kind: WebhookService.Kind
        /// What there is of a body that is wanted.
        var body: ByteBuffer?
        var size = 0
    }

    private let service: WebhookService
    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var parts = CircularBuffer<HTTPServerRequestPart>()
    private var isDraining = false
    private var wantsRead = false
    /// Bytes since the last request, while no head has come.
    private var headSize = 0
    /// Room for its body that the connection has.
    private var reserved = 0
    /// When what it is about must be over.
    private(set) var deadline: NIODeadline

    init(service: WebhookService) {
        self.service = service
        deadline = .now() + TimeAmount(service.settings.headTime)
    }

    /// No byte of a request has come.
    var isIdle: Bool {
        if case .idle = state, headSize == 0 { return true }
        return false
    }

    private var isAnswering: Bool {
        if case .answering = state { return true }
        return false
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        if service.opened(self) { return context.fireChannelActive() }
        state = .answering(keepsAlive: false, isHead: false)
        send(service.refusal(.busy))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        self.context = nil
        service.closed(self)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        parts.append(unwrapInboundIn(data))
        drain()
    }

    func read(context: ChannelHandlerContext) {
        if isAnswering || !context.channel.isWritable { wantsRead = true } else { context.read() }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        readOn()
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return close() }
        refuse(error == .headerOverflow ? .headSize : .request)
    }

    // MARK: The meter

    func willParse(_ size: Int) {
        service.counters.countBytes(size)
        guard case .idle = state else { return }
        if headSize == 0 { deadline = .now() + TimeAmount(service.settings.headTime) }
        headSize += size
    }

    func didParse() {
        if case .idle = state, headSize > service.settings.maximumHead { refuse(.headSize) }
    }

    // MARK: Parts of requests

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        while !isAnswering, let part = parts.popFirst() { take(part) }
        isDraining = false
        readOn()
    }

    private func readOn() {
        guard wantsRead, !isAnswering, let context, context.channel.isWritable else { return }
        wantsRead = false
        context.read()
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch (part, state) {
        case (.head(let head), .idle): begin(head)
        case (.body(let piece), .reading(var incoming)):
            // The copy in `state` must go first, or each piece would copy all that came before.
            state = .closed
            incoming.size += piece.readableBytes
            let room = take(piece, into: &incoming)
            state = .reading(incoming)
            if let room { refuse(room) }
        case (.end, .reading(let incoming)): answer(incoming)
        default: break
        }
    }

    /// Why the piece is not taken; nil when it is.
    private func take(_ piece: ByteBuffer, into incoming: inout Incoming) -> WebhookRefusal? {
        guard incoming.size <= service.settings.maximumBody else { return .bodySize }
        switch incoming.kind {
        case .delivery, .posted: break
        default: return nil
        }
        guard service.reserve(piece.readableBytes) else { return .busy }
        reserved += piece.readableBytes
        if incoming.body == nil {
            incoming.body = piece
        } else {
            incoming.body?.writeImmutableBuffer(piece)
        }
        return nil
    }

    private func begin(_ head: HTTPRequestHead) {
        headSize = 0
        deadline = .now() + TimeAmount(service.settings.bodyTime)
        let kind = service.kind(of: head)
        if case .refused(let reply) = kind, reply.closes {
            state = .answering(keepsAlive: false, isHead: head.method == .HEAD)
            return send(reply)
        }
        state = .reading(Incoming(head: head, kind: kind))
        if head.headers.contains(name: "expect") {
            context?.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
        }
    }

    private func answer(_ incoming: Incoming) {
        state = .answering(keepsAlive: incoming.head.isKeepAlive, isHead: incoming.head.method == .HEAD)
        deadline = .now() + TimeAmount(service.settings.answerTime)
        service.answer(incoming.kind, body: incoming.body) { [weak self] in self?.send($0) }
    }

    // MARK: Answers

    private func refuse(_ reason: WebhookRefusal) {
        guard let context, !isAnswering else { return }
        if case .closed = state { return }
        state = .answering(keepsAlive: false, isHead: false)
        var reply = service.refusal(reason)
        reply.closes = true
        send(reply)
        context.read()
    }

    private func send(_ reply: WebhookReply) {
        guard case .answering(let wanted, let isHead) = state, let context else { return }
        freeBody()
        let keepsAlive = wanted && !reply.closes
        var out = context.channel.allocator.buffer(capacity: 256 + reply.body.count)
        reply.write(to: &out, keepsAlive: keepsAlive, isHead: isHead)
        guard keepsAlive else { return finish(with: out, context) }
        context.writeAndFlush(wrapOutboundOut(out), promise: nil)
        state = .idle
        deadline = .now() + TimeAmount(service.settings.idleTime)
        drain()
    }

    /// Says that no more will come, and throws away what the client still sends for a moment: closing at once would reset
    /// the connection before the client has read why.
    private func finish(with out: ByteBuffer, _ context: ChannelHandlerContext) {
        end()
        deadline = .now() + .seconds(5)
        context.writeAndFlush(wrapOutboundOut(out)).assumeIsolated().whenComplete { [weak self] _ in
            guard let context = self?.context else { return }
            context.close(mode: .output, promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
                self?.context?.close(promise: nil)
            }
            self?.wantsRead = false
            context.read()
        }
    }

    /// The time for what it is about is up.
    func expire() {
        switch state {
        case .idle where headSize > 0, .reading: refuse(.slow)
        case .answering:
            var reply = service.refusal(.late)
            reply.closes = true
            send(reply)
        default: close()
        }
    }

    /// Closes at once; what is not yet written is lost.
    func close() {
        end()
        context?.close(promise: nil)
    }

    private func end() {
        state = .closed
        parts.removeAll()
        freeBody()
    }

    private func freeBody() {
        service.free(reserved)
        reserved = 0
    }
}
