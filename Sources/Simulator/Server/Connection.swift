import NIOCore
import NIOHTTP1

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// One HTTP/1.1 connection: collects a request, hands it to the service, writes what the service answers.
///
/// Pipelined requests wait until the one before is answered. Replies are written as bytes, each in one write: a head and
/// a body written apart cost 44 ms through Nagle's algorithm and delayed acknowledgements.
final class Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum State {
        case idle
        case reading(HTTPRequestHead, ByteBuffer?)
        /// The service works on the request, or streams its answer.
        case answering(Answer)
        case closed
    }

    /// What the request leaves to know for its answer.
    struct Answer {
        let keepsAlive: Bool
        let isHead: Bool
        /// HTTP/1.0 has no chunks.
        let hasChunks: Bool
    }

    private let service: Service
    private let side: Request.Side
    private var state = State.idle
    private var context: ChannelHandlerContext?
    private var backlog = CircularBuffer<HTTPServerRequestPart>()
    private var isDraining = false
    private var wantsRead = false
    /// The client is still sending what was refused: closing now would reset the connection before it reads why.
    private var isLingering = false
    private var out = ByteBuffer()
    /// The service's clock when something was last read or written.
    private(set) var lastActive = 0
    /// Called once when the connection ends while its request is being answered.
    var onClose: (() -> Void)?

    init(service: Service, side: Request.Side) {
        self.service = service
        self.side = side
    }

    var isWaiting: Bool {
        if case .answering = state { return true }
        return false
    }

    var isOpen: Bool {
        if case .closed = state { return false }
        return true
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        lastActive = service.clock
        service.opened(self)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        self.context = nil
        service.closed(self)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastActive = service.clock
        backlog.append(unwrapInboundIn(data))
        drain()
    }

    /// Reads no more while requests wait: a client that only sends is slowed down by TCP.
    func read(context: ChannelHandlerContext) {
        if isWaiting && backlog.count > 8 { wantsRead = true } else { context.read() }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isWaiting else { return close() }
        state = .answering(Answer(keepsAlive: false, isHead: false, hasChunks: false))
        var reply = Reply.detail(400, "Not an HTTP/1.1 request")
        reply.closes = true
        send(reply)
    }

    private func drain() {
        guard !isDraining else { return }
        isDraining = true
        while !isWaiting, let part = backlog.popFirst() { take(part) }
        isDraining = false
        if wantsRead, backlog.count <= 8 {
            wantsRead = false
            context?.read()
        }
    }

    private func take(_ part: HTTPServerRequestPart) {
        switch (part, state) {
        case (.head(let head), .idle): begin(head)
        case (.body(var piece), .reading(let head, let body)):
            var whole = body
            if whole == nil {
                whole = piece
            } else {
                // The copy in `state` must go first, or each piece would copy all that came before.
                state = .reading(head, nil)
                whole?.writeBuffer(&piece)
            }
            state = .reading(head, whole)
            let size = whole?.readableBytes ?? 0
            if size > service.limit(of: head) { refuse(head, size: size) }
        case (.end, .reading(let head, let body)):
            state = .answering(
                Answer(
                    keepsAlive: head.isKeepAlive, isHead: head.method == .HEAD, hasChunks: head.version.minor > 0))
            service.answer(Request(head: head, body: body, side: side), on: self)
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead) {
        state = .reading(head, nil)
        guard head.method == .POST || head.method == .PUT else { return }
        if let size = head.headers.first(name: "content-length").flatMap({ Int($0) }), size > service.limit(of: head) {
            refuse(head, size: size)
        } else if head.headers.contains(name: "expect") {
            out.clear()
            out.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
            write(out)
        }
    }

    private func refuse(_ head: HTTPRequestHead, size: Int) {
        state = .answering(Answer(keepsAlive: false, isHead: false, hasChunks: true))
        isLingering = true
        send(.detail(413, "Body of \(size) bytes is too large: at most \(service.limit(of: head)) are taken"))
    }
}

extension Connection {
    /// Answers the request.
    func send(_ reply: Reply) {
        guard case .answering(let answer) = state else { return }
        out.clear()
        let keepsAlive = answer.keepsAlive && !reply.closes
        reply.writeHead(to: &out, keepsAlive: keepsAlive, length: reply.body.readableBytes)
        if answer.isHead {
            write(out)
        } else if reply.body.readableBytes < 16384 {
            out.writeImmutableBuffer(reply.body)
            write(out)
        } else {
            context?.write(wrapOutboundOut(out), promise: nil)
            write(reply.body)
        }
        finish(keepsAlive: keepsAlive)
    }

    /// Starts an answer that comes in pieces, as chunks or up to the end of the connection; nothing is written yet.
    func beginEvents(requestID: RequestID?) {
        guard case .answering(let answer) = state else { return }
        var reply = Reply(requestID: requestID)
        reply.contentType = "text/event-stream"
        reply.headers.append(("cache-control", "no-cache"))
        out.clear()
        reply.writeHead(
            to: &out, keepsAlive: answer.keepsAlive && answer.hasChunks, length: nil, hasChunks: answer.hasChunks)
    }

    /// Adds a piece to what the next flush writes.
    func add(_ piece: ByteBuffer) {
        guard case .answering(let answer) = state, piece.readableBytes > 0 else { return }
        if answer.hasChunks {
            out.writeString(String(piece.readableBytes, radix: 16))
            out.writeStaticString("\r\n")
        }
        out.writeImmutableBuffer(piece)
        if answer.hasChunks { out.writeStaticString("\r\n") }
    }

    func flushEvents() {
        guard out.readableBytes > 0, isWaiting else { return }
        lastActive = service.clock
        write(out)
        out.clear()
    }

    func endEvents() {
        guard case .answering(let answer) = state else { return }
        if answer.hasChunks { out.writeStaticString("0\r\n\r\n") }
        flushEvents()
        finish(keepsAlive: answer.keepsAlive && answer.hasChunks)
    }

    /// Writes bytes as they are, for faults, and calls back when they are on their way.
    func writeRaw(_ bytes: ByteBuffer, then next: @escaping () -> Void) {
        guard let context, isWaiting else { return }
        lastActive = service.clock
        context.writeAndFlush(wrapOutboundOut(bytes)).assumeIsolated().whenSuccess { next() }
    }

    /// Ends an answer that was written raw.
    func finishRaw(closes: Bool) {
        guard case .answering(let answer) = state else { return }
        finish(keepsAlive: answer.keepsAlive && !closes)
    }

    /// Closes with a TCP reset: what was not read is lost, as when a server dies.
    func reset() {
        guard let context, isOpen else { return }
        end()
        if let channel = context.channel as? any SocketOptionProvider {
            channel.setSoLinger(linger(l_onoff: 1, l_linger: 0)).assumeIsolated().whenComplete { _ in
                context.close(promise: nil)
            }
        } else {
            context.close(promise: nil)
        }
    }

    /// Closes at once; what is not yet written is lost.
    func close() {
        end()
        context?.close(promise: nil)
    }

    /// Closes when all that was written has left.
    func closeAfterWrites() {
        guard let context, isOpen else { return }
        end()
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            self.isLingering ? self.discardAndClose() : context.close(promise: nil)
        }
    }

    /// Says that no more will come, and throws away what the client sends for at most two seconds.
    private func discardAndClose() {
        guard let context else { return }
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }

    private func write(_ bytes: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
    }

    private func finish(keepsAlive: Bool) {
        guard keepsAlive else { return closeAfterWrites() }
        onClose = nil
        state = .idle
        drain()
    }

    private func end() {
        state = .closed
        backlog.removeAll()
        let ended = onClose
        onClose = nil
        ended?()
    }
}
