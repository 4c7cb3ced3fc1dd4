import Foundation

/// A TCP connection to a port on loopback, for requests as plain bytes.
final class LoopbackSocket {
    private let descriptor: Int32

    init(port: Int) throws {
        descriptor = Self.stream()
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let socket = descriptor
        let result = Self.withAddress(port: port) { connect(socket, $0, $1) }
        guard descriptor >= 0, result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    deinit { close(descriptor) }

    /// Sends one request and reads the whole answer, head and body, until the server closes.
    func exchange(_ method: String, _ path: String, body: String = "", headers: [String] = []) throws -> String {
        let lines =
            [
                "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close",
                "Content-Length: \(body.utf8.count)",
            ]
            + headers
        try write(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
        return String(decoding: readToEnd(), as: UTF8.self)
    }

    func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Self.noSignal) }
            guard count > 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            rest.removeFirst(count)
        }
    }

    func readToEnd() -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = recv(descriptor, &chunk, chunk.count, 0), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    #if canImport(Glibc)
        static func stream() -> Int32 { socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
        static let noSignal = Int32(MSG_NOSIGNAL)
    #else
        static func stream() -> Int32 { socket(AF_INET, SOCK_STREAM, 0) }
        static let noSignal: Int32 = 0
    #endif

    /// Calls `body` with the address of a port on loopback.
    static func withAddress(port: Int, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    }

    /// A port that was free a moment ago.
    static func freePort() throws -> Int {
        let descriptor = stream()
        defer { close(descriptor) }
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withAddress(port: 0) { bind(descriptor, $0, $1) } == 0
        let isNamed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) } == 0
        }
        guard isBound, isNamed else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
