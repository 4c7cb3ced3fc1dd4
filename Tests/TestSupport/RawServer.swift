import EventLoop
import Foundation

#if canImport(Glibc)
    import Glibc
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
    private let noSignal = Int32(MSG_NOSIGNAL)
#elseif canImport(Darwin)
    import Darwin
    private let streamSocket = SOCK_STREAM
    private let noSignal: Int32 = 0
#endif

/// A server whose every byte the test writes: each connection runs the script on a thread of its own.
package final class RawServer: Sendable {
    package let port: Int
    private let listener: Int32
    private let log = Locked<[RawRequest]>([])

    package var requests: [RawRequest] { log.withLock { $0 } }
    package var url: String { "http://127.0.0.1:\(port)" }

    /// `script` gets each connection with its number, from 0; the connection closes when it returns.
    package init(_ script: @escaping @Sendable (RawConnection, Int) -> Void) {
        (listener, port) = Self.listen()
        let (listener, record) = (
            listener, { @Sendable [weak self] (request: RawRequest) in self?.record(request) ?? () }
        )
        Thread.detachNewThread {
            var number = 0
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 {
                    close(listener)
                    return
                }
                let connection = RawConnection(descriptor, number, record)
                number += 1
                Thread.detachNewThread {
                    script(connection, connection.number)
                    connection.close()
                }
            }
        }
    }

    deinit {
        // The accepting thread closes it: a number that is closed here could be another test's when accept is next called.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func record(_ request: RawRequest) { log.withLock { $0.append(request) } }

    /// A port that nobody listens on.
    package static func freePort() -> Int {
        let (descriptor, port) = listen()
        close(descriptor)
        return port
    }

    /// True when a connection to the port is accepted.
    package static func isListening(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, streamSocket, 0)
        defer { close(descriptor) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return address
    }

    private static func listen() -> (Int32, Int) {
        let descriptor = socket(AF_INET, streamSocket, 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(descriptor, $0, size) == 0, "bind: errno \(errno)")
                getsockname(descriptor, $0, &size)
            }
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        precondition(Foundation.listen(descriptor, 1024) == 0, "listen: errno \(errno)")
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}

package struct RawRequest: Sendable {
    package let connection: Int
    package let head: String
    package let body: [UInt8]

    package var line: String { String(head.prefix { $0 != "\r\n" }) }

    package func has(_ line: String) -> Bool { head.lowercased().contains(line.lowercased()) }
}

/// One accepted connection; reads give up after a minute.
package final class RawConnection: Sendable {
    package let number: Int
    package let descriptor: Int32
    private let record: @Sendable (RawRequest) -> Void
    private let isOpen = Locked(true)

    package init(_ descriptor: Int32, _ number: Int, _ record: @escaping @Sendable (RawRequest) -> Void) {
        (self.descriptor, self.number, self.record) = (descriptor, number, record)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #if canImport(Darwin)
            var on: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        #endif
        setTimeout(SO_RCVTIMEO, seconds: 60)
    }

    package func setTimeout(_ option: Int32, seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Reads until there are `count` bytes, or as many as there will be.
    private func read(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var got = 0
        while got < count {
            let more = bytes.withUnsafeMutableBytes {
                recv(descriptor, $0.baseAddress?.advanced(by: got), count - got, 0)
            }
            if more <= 0 { break }
            got += more
        }
        return Array(bytes.prefix(got))
    }

    /// The next whole request (body by `Content-Length`); nil when the client closed or nothing came.
    package func request() -> RawRequest? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let byte = read(1)
            if byte.isEmpty { return nil }
            head += byte
        }
        let text = String(decoding: head, as: UTF8.self)
        let length = text.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
        let count = length.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
        let request = RawRequest(connection: number, head: text, body: read(count))
        record(request)
        return request
    }

    /// True when the client's end of the connection came (not the minute).
    package func waitForClose() -> Bool {
        while true {
            var byte: UInt8 = 0
            let got = recv(descriptor, &byte, 1, 0)
            if got == 0 { return true }
            if got < 0 { return errno != EAGAIN && errno != EWOULDBLOCK }
        }
    }

    /// Sends what it can; the number of bytes that went.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let more = bytes.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, noSignal)
            }
            if more <= 0 { break }
            sent += more
        }
        return sent
    }

    @discardableResult
    package func send(_ text: String) -> Int { send(Array(text.utf8)) }

    package func reply(_ body: [UInt8], status: String = "200 OK", headers: String = "") {
        send(Array("HTTP/1.1 \(status)\r\nContent-Length: \(body.count)\r\n\(headers)\r\n".utf8) + body)
    }

    package func reply(_ body: String = "", status: String = "200 OK", headers: String = "") {
        reply(Array(body.utf8), status: status, headers: headers)
    }

    package func chunk(_ bytes: [UInt8]) -> Int {
        send(Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8))
    }

    /// Ends the connection with a reset instead of a close.
    package func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger_t>.size))
        close()
    }

    package func close() {
        let wasOpen = isOpen.withLock { open in
            defer { open = false }
            return open
        }
        if wasOpen { Foundation.close(descriptor) }
    }
}

private typealias linger_t = linger
