import NIOCore
import NIOHTTP1
import NIOPosix

/// A bare NIO server that reads requests to their end and answers 200: what no receiver can be faster than.
enum FloorServer {
    /// Prints its port and serves for ever.
    static func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let listener = try ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder()), Answer(),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        WebhookLoad.say("\(listener.localAddress?.port ?? 0)")
        try listener.closeFuture.wait()
    }

    private final class Answer: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let answer = ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok\n")
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        }
    }
}
