#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A blocking HTTP/1.1 client over one socket that sees the bytes as they come; waits at most a minute for any.
final class HTTPClient {
    struct Response {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: [UInt8]

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    enum Failure: Error, Equatable {
        /// The connection was reset (errno ECONNRESET).
        case reset
        /// The connection was closed before the reply was complete; what came of the body.
        case closed(bodyBytes: Int)
        case timedOut
        case system(Int32)
        case malformed(String)
    }

    private let socket: Int32
    private var pending: [UInt8] = []
    let port: Int

    init(port: Int, timeout seconds: Int = 60) throws {
        self.port = port
        #if canImport(Glibc)
            socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            socket = Darwin.socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard socket >= 0 else { throw Failure.system(errno) }
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = socket
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.system(errno) }
    }

    deinit { close(socket) }

    static let key = "Key test-id:test-secret"

    func request(
        _ method: String, _ path: String, body: some Collection<UInt8> = [], headers: [String: String] = [:],
        authorization: String? = key
    ) throws -> Response {
        try send(method, path, body: body, headers: headers, authorization: authorization)
        return try readResponse()
    }

    func request(
        _ method: String, _ path: String, json: String, headers: [String: String] = [:],
        authorization: String? = key
    ) throws -> Response {
        try request(method, path, body: Array(json.utf8), headers: headers, authorization: authorization)
    }

    func send(
        _ method: String, _ path: String, body: some Collection<UInt8> = [], headers: [String: String] = [:],
        authorization: String? = key
    ) throws {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n"
        if let authorization { head += "Authorization: \(authorization)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        if method != "GET" { head += "Content-Length: \(body.count)\r\n" }
        try write(Array((head + "\r\n").utf8) + body)
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { bytes in
                #if canImport(Glibc)
                    Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
                #else
                    Darwin.send(socket, bytes.baseAddress, bytes.count, 0)
                #endif
            }
            guard count > 0 else { throw Failure.system(errno) }
            rest.removeFirst(count)
        }
    }

    func readResponse() throws -> Response {
        let (status, headers) = try readHead()
        let values = Dictionary(headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        if values["transfer-encoding"] == "chunked" {
            return Response(status: status, headers: headers, body: try readChunks())
        }
        let length = values["content-length"].flatMap { Int($0) } ?? 0
        return Response(status: status, headers: headers, body: try read(length))
    }

    /// Status line and headers; names in lower case.
    func readHead() throws -> (Int, [(name: String, value: String)]) {
        let lines = try readUntilEmptyLine().split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure.malformed(lines.joined(separator: "\n"))
        }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            return (name: parts[0].lowercased(), value: parts.count > 1 ? String(parts[1].dropFirst()) : "")
        }
        return (status, headers)
    }

    /// The next chunk, nil after the last.
    func readChunk() throws -> [UInt8]? {
        var line: [UInt8] = []
        while !line.ends(with: "\r\n".utf8) { line += try read(1) }
        guard let size = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) else {
            throw Failure.malformed(String(decoding: line, as: UTF8.self))
        }
        let chunk = try read(size)
        _ = try read(2)
        return size == 0 ? nil : chunk
    }

    private func readChunks() throws -> [UInt8] {
        var body: [UInt8] = []
        while let chunk = try readChunk() { body += chunk }
        return body
    }

    private func readUntilEmptyLine() throws -> String {
        var bytes: [UInt8] = []
        while !bytes.ends(with: "\r\n\r\n".utf8) { bytes += try read(1) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func read(_ count: Int) throws -> [UInt8] {
        while pending.count < count {
            var buffer = [UInt8](repeating: 0, count: 65536)
            let got = recv(socket, &buffer, buffer.count, 0)
            if got == 0 { throw Failure.closed(bodyBytes: pending.count) }
            if got < 0 {
                switch errno {
                case ECONNRESET: throw Failure.reset
                case EAGAIN: throw Failure.timedOut
                default: throw Failure.system(errno)
                }
            }
            pending += buffer.prefix(got)
        }
        let result = Array(pending.prefix(count))
        pending.removeFirst(count)
        return result
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: String.UTF8View) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
