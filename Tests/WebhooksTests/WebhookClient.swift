import Foundation
import TestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A TCP connection to a receiver on loopback, for requests as plain bytes.
///
/// It waits on threads of its own: the receiver needs those of Swift's pool. Its being Sendable is unchecked because one
/// test uses it, one call after another.
final class WebhookClient: @unchecked Sendable {
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    struct Answer: Equatable, Sendable {
        let status: Int
        let body: String
        let headers: [String: String]
    }

    init(port: Int) throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { [descriptor] in
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    /// False when the receiver does not take it any more.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        #if canImport(Glibc)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, flags) }
            guard count > 0 else { return false }
            rest.removeFirst(count)
        }
        return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// A delivery as fal sends it.
    static func delivery(
        _ body: String, _ headers: [(name: String, value: String)], path: String = "/webhooks/fal"
    ) -> String {
        let lines = ["POST \(path) HTTP/1.1", "Host: x", "Content-Length: \(body.utf8.count)"]
        return (lines + headers.map { "\($0.name): \($0.value)" }).joined(separator: "\r\n") + "\r\n\r\n" + body
    }

    func post(_ body: String, _ headers: [(name: String, value: String)]) async -> Answer? {
        write(Self.delivery(body, headers))
        return await answer()
    }

    func get(_ path: String) async -> Answer? {
        write("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
        return await answer()
    }

    /// The next answer; nil when the receiver closes without one.
    func answer() async -> Answer? {
        await onThread {
            while true {
                if let answer = self.takeAnswer() { return answer }
                guard self.receive() else { return nil }
            }
        }
    }

    /// Whether the receiver has closed the connection, after whatever it still sends.
    func isClosedByReceiver() async -> Bool {
        await onThread {
            while self.receive() {}
            return errno != EAGAIN && errno != EWOULDBLOCK
        }
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    private func receive() -> Bool {
        errno = 0
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }

    private func takeAnswer() -> Answer? {
        let text = String(decoding: buffer, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.components(separatedBy: ": ")
            headers[parts[0].lowercased()] = parts.dropFirst().joined(separator: ": ")
        }
        let size = headers["content-length"].flatMap { Int($0) } ?? 0
        let headSize = text[..<end.upperBound].utf8.count
        guard buffer.count >= headSize + size, let status = lines.first?.split(separator: " ")[1] else { return nil }
        let body = String(decoding: buffer[headSize..<(headSize + size)], as: UTF8.self)
        buffer.removeFirst(headSize + size)
        return Answer(status: Int(status) ?? 0, body: body, headers: headers)
    }
}
