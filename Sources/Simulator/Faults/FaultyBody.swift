import NIOCore

/// Bodies that do not arrive as they should.
enum FaultyBody {
    /// Promises the whole body, sends half and closes.
    static func cut(_ reply: Reply, on connection: Connection) {
        var bytes = head(reply, length: reply.body.readableBytes)
        let half = reply.body.getSlice(at: reply.body.readerIndex, length: reply.body.readableBytes / 2)
        bytes.writeImmutableBuffer(half ?? ByteBuffer())
        connection.writeRaw(bytes) { connection.finishRaw(closes: true) }
    }

    /// Sends the body a byte at a time.
    static func drip(_ reply: Reply, every interval: TimeAmount, on connection: Connection, _ loop: any EventLoop) {
        connection.writeRaw(head(reply, length: reply.body.readableBytes)) {
            next(reply.body, every: interval, on: connection, loop)
        }
    }

    private static func next(
        _ rest: ByteBuffer, every interval: TimeAmount, on connection: Connection, _ loop: any EventLoop
    ) {
        var rest = rest
        guard let byte = rest.readSlice(length: 1) else { return connection.finishRaw(closes: false) }
        loop.assumeIsolated().scheduleTask(in: interval) {
            connection.writeRaw(byte) { next(rest, every: interval, on: connection, loop) }
        }
    }

    /// Sends a JSON string of the given size, a piece at a time, so that it never is in memory as a whole.
    static func flood(_ reply: Reply, bytes: Int, on connection: Connection) {
        let quotes = 2
        var start = head(reply, length: bytes + quotes)
        start.writeStaticString("\"")
        connection.writeRaw(start) {
            pour(bytes, piece: ByteBuffer(repeating: UInt8(ascii: "x"), count: 65536), on: connection)
        }
    }

    private static func pour(_ left: Int, piece: ByteBuffer, on connection: Connection) {
        guard left > 0 else {
            return connection.writeRaw(ByteBuffer(string: "\"")) { connection.finishRaw(closes: false) }
        }
        let part = piece.getSlice(at: 0, length: min(left, piece.readableBytes)) ?? piece
        connection.writeRaw(part) { pour(left - part.readableBytes, piece: piece, on: connection) }
    }

    private static func head(_ reply: Reply, length: Int) -> ByteBuffer {
        var head = ByteBuffer()
        reply.writeHead(to: &head, keepsAlive: true, length: length)
        return head
    }
}
