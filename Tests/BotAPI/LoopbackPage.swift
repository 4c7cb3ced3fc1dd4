import NIOCore
import NIOPosix

/// What a server on this machine answers to a GET; there is no way to any other.
struct LoopbackPage: Sendable {
    let status: Int
    let contentType: String
    let body: [UInt8]

    struct Unreachable: Error {}

    /// Fetches at most 64 MiB within ten seconds.
    static func fetch(_ url: String) async throws -> LoopbackPage {
        guard url.hasPrefix("http://") else { throw Unreachable() }
        let rest = url.dropFirst("http://".count)
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        let parts = authority.split(separator: ":")
        guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = Int(parts[1]) else {
            throw Unreachable()
        }
        let request = "GET \(path.isEmpty ? "/" : path) HTTP/1.0\r\nHost: \(authority)\r\n\r\n"
        return try await withThrowingTaskGroup(of: LoopbackPage.self) { group in
            group.addTask { try await exchange(request, port: port) }
            group.addTask {
                try await Task.sleep(for: .seconds(10))
                throw Unreachable()
            }
            defer { group.cancelAll() }
            guard let page = try await group.next() else { throw Unreachable() }
            return page
        }
    }

    private static func exchange(_ request: String, port: Int) async throws -> LoopbackPage {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: request))
            var bytes: [UInt8] = []
            for try await piece in inbound {
                bytes += piece.readableBytesView
                if let page = LoopbackPage(bytes) { return page }
                if bytes.count > 64 << 20 { throw Unreachable() }
            }
            throw Unreachable()
        }
    }

    /// Nil while a part is still to come.
    private init?(_ bytes: [UInt8]) {
        let end = Array("\r\n\r\n".utf8)
        guard let head = bytes.prefix(8192).indices.first(where: { bytes[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: bytes[..<head], as: UTF8.self).split(separator: "\r\n")
        guard let words = lines.first?.split(separator: " "), words.count > 1, let status = Int(words[1]),
            let length = Self.field("content-length", lines).flatMap({ Int($0) }), bytes.count >= head + 4 + length
        else { return nil }
        self.status = status
        contentType = Self.field("content-type", lines) ?? ""
        body = Array(bytes[(head + 4)...].prefix(length))
    }

    private static func field(_ name: String, _ lines: [Substring]) -> String? {
        lines.first { $0.lowercased().hasPrefix(name + ":") }.map {
            String($0.dropFirst(name.count + 1).drop { $0 == " " })
        }
    }
}
