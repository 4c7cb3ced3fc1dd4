import EventLoop
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// A server on loopback that answers with the very bytes it is told, one connection a request.
final class ScriptedServer: Sendable {
    struct Request: Sendable {
        let line: String
        let head: String
    }

    /// Chooses the bytes for the request; `number` counts requests with the same line from 1.
    typealias Script = @Sendable (_ request: Request, _ number: Int, _ url: String) -> String

    #if canImport(Glibc)
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let noSignal = Int32(MSG_NOSIGNAL)
    #else
        private static let stream = SOCK_STREAM
        private static let noSignal: Int32 = 0
    #endif

    let url: String
    private let listener: Int32
    private let script: Script
    private let seen = Locked<[Request]>([])

    var requests: [Request] { seen.withLock { $0 } }

    init(_ script: @escaping Script) throws {
        self.script = script
        listener = socket(AF_INET, Self.stream, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { [listener] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
                guard bind(listener, socketAddress, length) == 0, listen(listener, 64) == 0 else { return UInt16(0) }
                getsockname(listener, socketAddress, &length)
                return UnsafeRawPointer(socketAddress).load(fromByteOffset: 2, as: UInt16.self).bigEndian
            }
        }
        url = "http://127.0.0.1:\(port)"
        Thread.detachNewThread { [self] in acceptAll() }
    }

    func stop() {
        // The accepting thread closes it: a number that is closed here could be another test's when accept is next called.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func acceptAll() {
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else {
                close(listener)
                return
            }
            Thread.detachNewThread { [self] in
                answer(connection)
                close(connection)
            }
        }
    }

    private func answer(_ connection: Int32) {
        guard let request = read(connection) else { return }
        let number = seen.withLock { seen in
            seen.append(request)
            return seen.count { $0.line == request.line }
        }
        let bytes = Array(script(request, number, url).utf8)
        _ = send(connection, bytes, bytes.count, Self.noSignal)
    }

    private func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            let text = String(decoding: bytes, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { continue }
            let head = String(text[..<end.lowerBound])
            let length = head.lowercased().components(separatedBy: "content-length: ").last
                .flatMap { Int($0.prefix { $0.isNumber }) }
            guard text[end.upperBound...].utf8.count >= length ?? 0 else { continue }
            let parts = head.prefix { $0 != "\r\n" }.split(separator: " ")
            return Request(line: "\(parts[0]) \(parts[1])", head: head)
        }
    }
}

/// A response with a length, after which the connection closes.
func reply(_ status: Int, _ body: String, headers: String = "Content-Type: application/json\r\n") -> String {
    "HTTP/1.1 \(status) X\r\n\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)"
}

/// An event stream that ends where `events` end.
func events(_ events: String) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\(events)"
}
