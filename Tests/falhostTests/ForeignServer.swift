import EventLoop
import Foundation

/// A server on loopback that is not fal: it keeps every byte that it receives and answers what it is told.
final class ForeignServer: Sendable {
    let port: Int
    private let listener: Int32
    private let answer: String?
    private let received = Locked<[UInt8]>([])
    private let connections = Locked<Int>(0)

    /// - Parameter answer: the answer to each request; nil closes the connection without one.
    init(answer: String? = ForeignServer.response(200, "{}")) throws {
        self.answer = answer
        listener = LoopbackSocket.stream()
        let socket = listener
        guard LoopbackSocket.withAddress(port: 0, { bind(socket, $0, $1) }) == 0, listen(socket, 64) == 0 else {
            throw POSIXError(.init(rawValue: errno) ?? .EIO)
        }
        var port = 0
        _ = LoopbackSocket.withAddress(port: 0) { address, length in
            var length = length
            let result = getsockname(socket, address, &length)
            port = Int(UnsafeRawPointer(address).load(fromByteOffset: 2, as: UInt16.self).bigEndian)
            return result
        }
        self.port = port
        Thread.detachNewThread { [self] in acceptAll() }
    }

    static func response(_ status: Int, _ body: String, type: String = "application/json") -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
    }

    var url: String { "http://127.0.0.1:\(port)" }
    /// Every byte of every connection, in the order of arrival.
    var bytes: [UInt8] { received.withLock { $0 } }
    var connectionCount: Int { connections.withLock { $0 } }

    func stop() {
        // The accepting thread closes it: a number that is closed here could be another test's when accept is next called.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptAll() {
        while case let connection = accept(listener, nil, nil), connection >= 0 {
            connections.withLock { $0 += 1 }
            Thread.detachNewThread { [self] in
                serve(connection)
                close(connection)
            }
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var request: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(connection, &chunk, chunk.count, 0), count > 0 {
            let piece = chunk[..<count]
            request += piece
            received.withLock { $0 += piece }
            if String(decoding: request, as: UTF8.self).contains("\r\n\r\n") { break }
            // A TLS handshake: there is no answer that it would understand.
            if request.first == 0x16 { return }
        }
        guard let answer else { return }
        let reply = Array(answer.utf8)
        _ = send(connection, reply, reply.count, LoopbackSocket.noSignal)
    }
}
