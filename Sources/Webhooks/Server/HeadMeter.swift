internal import NIOCore

/// Counts bytes before they are parsed, so that a head without an end is seen.
final class HeadMeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: WebhookConnection

    init(connection: WebhookConnection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let size = unwrapInboundIn(data).readableBytes
        connection.willParse(size)
        context.fireChannelRead(data)
        connection.didParse()
    }
}
