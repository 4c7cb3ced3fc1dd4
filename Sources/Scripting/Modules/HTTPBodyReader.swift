import EventLoop
import FalClient
import HTTPTransport

/// A response's body on its way to a script: chunk by chunk as it comes, or line by line.
@LoopActor
final class HTTPBodyReader {
    enum Unit {
        case chunk, line
    }

    private let stream: (any HTTPResponseStream)?
    private let order: HTTPOrder?
    /// What came and was not read, from `start` on; up to `scanned` there is no line feed in it.
    private var bytes: [UInt8]
    private var start = 0
    private var scanned = 0
    private var hasEnded: Bool

    /// A body that is there already.
    init(_ bytes: [UInt8]) {
        stream = nil
        order = nil
        self.bytes = bytes
        hasEnded = true
    }

    init(_ stream: any HTTPResponseStream, _ order: HTTPOrder) {
        self.stream = stream
        self.order = order
        bytes = []
        hasEnded = false
    }

    /// The next piece when it has come already.
    func take(_ unit: Unit) throws(FalError) -> [UInt8]? {
        switch unit {
        case .chunk: takeRest()
        case .line: try takeLine()
        }
    }

    /// The next piece; nil at the end.
    func next(_ unit: Unit) async throws(FalError) -> [UInt8]? {
        while true {
            if let piece = try take(unit) { return piece }
            if hasEnded { return nil }
            try await fill()
        }
    }

    /// Ends the transfer; what has come is dropped.
    func close() {
        stream?.cancel()
        bytes = []
        (start, scanned) = (0, 0)
        hasEnded = true
    }

    private func fill() async throws(FalError) {
        guard let stream, let order else { return }
        do throws(TransportError) {
            if let more = try await stream.next() { bytes += more } else { hasEnded = true }
        } catch {
            close()
            throw order.failure(error)
        }
    }

    private func takeRest() -> [UInt8]? {
        guard start < bytes.count else { return nil }
        let rest = start == 0 ? bytes : Array(bytes[start...])
        bytes = []
        (start, scanned) = (0, 0)
        return rest
    }

    /// Without its line feed and a carriage return before that; the last one need not have any.
    private func takeLine() throws(FalError) -> [UInt8]? {
        guard let end = bytes[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
            scanned = bytes.count
            if hasEnded { return takeRest() }
            try checkLine()
            bytes.removeFirst(start)
            (start, scanned) = (0, bytes.count)
            return nil
        }
        let line = bytes[start..<end]
        start = end + 1
        scanned = start
        return Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
    }

    private func checkLine() throws(FalError) {
        guard let order, bytes.count - start > order.longestLine else { return }
        close()
        throw FalError(.malformedResponse, "\(order.name): a line has more than \(order.longestLine) bytes (max_bytes)")
    }
}
