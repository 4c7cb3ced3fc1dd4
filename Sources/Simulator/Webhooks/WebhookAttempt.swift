import NIOCore
import NIOPosix

/// One connection to a receiver: writes the request, and reads the status of the answer.
final class WebhookAttempt: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    enum Failure: Error, CustomStringConvertible {
        case timedOut
        case closed
        case notHTTP

        var description: String {
            switch self {
            case .timedOut: "no answer in time"
            case .closed: "the connection was closed without an answer"
            case .notHTTP: "the answer is not HTTP"
            }
        }
    }

    private let request: ByteBuffer
    private let limit: TimeAmount
    private var answer: EventLoopPromise<Int>?
    private var received = ByteBuffer()
    private var timer: Scheduled<Void>?

    /// A status line is no longer than this.
    private static let longestLine = 4096

    private init(request: ByteBuffer, limit: TimeAmount, answer: EventLoopPromise<Int>) {
        self.request = request
        self.limit = limit
        self.answer = answer
    }

    /// Sends the request and gives the status of the answer.
    static func send(
        _ request: ByteBuffer, to target: WebhookTarget, limit: TimeAmount, on loop: any EventLoop
    ) -> EventLoopFuture<Int> {
        let answer = loop.makePromise(of: Int.self)
        ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        WebhookAttempt(request: request, limit: limit, answer: answer))
                }
            }
            .connect(host: target.host, port: target.port)
            .whenFailure { answer.fail($0) }
        return answer.futureResult
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.end(.failure(Failure.timedOut), channel.value)
        }
        context.writeAndFlush(wrapOutboundOut(request), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        received.writeBuffer(&piece)
        let line = received.readableBytesView
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count > Self.longestLine { end(.failure(Failure.notHTTP), context) }
            return
        }
        let words = String(decoding: line[..<end], as: UTF8.self).split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let status = Int(words[1].prefix(3)) else {
            return self.end(.failure(Failure.notHTTP), context)
        }
        self.end(.success(status), context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failure(Failure.closed), context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error), context)
    }

    private func end(_ result: Result<Int, any Error>, _ context: ChannelHandlerContext) {
        guard let answer else { return }
        self.answer = nil
        timer?.cancel()
        answer.completeWith(result)
        context.close(promise: nil)
    }
}
