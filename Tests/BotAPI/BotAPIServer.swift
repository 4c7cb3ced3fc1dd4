package import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// The Bot API of Telegram on loopback for one bot, with its limits, its errors, and faults to order.
package final class BotAPIServer: Sendable {
    package let token: String
    package let port: Int
    package let api: BotAPI
    private let listener: any Channel
    private let accepting: Task<Void, Never>

    package var url: String { "http://127.0.0.1:\(port)" }

    typealias Connection = NIOAsyncChannel<NIOHTTPServerRequestFull, HTTPServerResponsePart>

    /// Listens on loopback.
    ///
    /// - Parameters:
    ///   - port: 0 for any that is free.
    ///   - folder: where each call is kept, with its files; it must be there.
    package static func start(token: String = "123456:test-token", port: Int = 0, folder: URL? = nil) async throws
        -> BotAPIServer
    {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    // 50 MB and the rest of the form.
                    try channel.pipeline.syncOperations.addHandler(
                        NIOHTTPServerRequestAggregator(maxContentLength: 51 << 20))
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        return BotAPIServer(server, token: token, api: BotAPI(folder: folder))
    }

    private init(_ server: NIOAsyncChannel<Connection, Never>, token: String, api: BotAPI) {
        (self.token, self.api) = (token, api)
        listener = server.channel
        port = server.channel.localAddress?.port ?? 0
        accepting = Task(executorPreference: ServerExecutor.shared) {
            // A listener that is closed ends with an error, which says nothing more.
            try? await server.executeThenClose { connections in
                try await withThrowingDiscardingTaskGroup { group in
                    for try await connection in connections {
                        group.addTask { try? await Self.serve(connection, token: token, api: api) }
                    }
                }
            }
        }
    }

    package func stop() async {
        try? await listener.close()
        accepting.cancel()
        await api.endPoll(.timeout)
        await api.deliver(to: nil)
        await accepting.value
    }

    private static func serve(_ connection: Connection, token: String, api: BotAPI) async throws {
        try await connection.executeThenClose { requests, responses in
            for try await request in requests {
                switch await outcome(of: request, token: token, api: api) {
                case .answer(let status, let json):
                    try await write(status, "application/json", (try? json.serialized()) ?? [], responses)
                case .page(let status, let type, let body): try await write(status, type, body, responses)
                case .cut: return
                }
            }
        }
    }

    private static func outcome(of request: NIOHTTPServerRequestFull, token: String, api: BotAPI) async
        -> BotAPI.Outcome
    {
        let body = request.body.map { Array($0.readableBytesView) } ?? []
        let parts = request.head.uri.split(separator: "?", maxSplits: 1)
        let path = parts.first.map(String.init) ?? "/"
        if path.hasPrefix("/admin/") {
            return await api.administer(String(path.dropFirst("/admin/".count)), body)
        }
        if path.hasPrefix("/pictures/") { return await api.picture(String(path.dropFirst("/pictures/".count))) }
        do throws(APIError) {
            guard path.hasPrefix("/bot\(token)/") else {
                // A token that is none at all is no path of the server's.
                throw path.hasPrefix("/bot") && path.contains(":") ? .unauthorized : APIError(404, "Not Found")
            }
            if body.count > 50 << 20 { throw .tooLarge }
            let call = try APICall(
                method: String(path.dropFirst("/bot\(token)/".count)),
                query: parts.count > 1 ? String(parts[1]) : nil,
                contentType: request.head.headers.first(name: "content-type") ?? "", body: body)
            return await api.take(call)
        } catch {
            return .answer(status: error.code, error.json)
        }
    }

    private static func write(
        _ status: Int, _ type: String, _ body: [UInt8],
        _ responses: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) async throws {
        let headers: HTTPHeaders = ["content-type": type, "content-length": String(body.count)]
        try await responses.write(contentsOf: [
            .head(HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)),
            .body(.byteBuffer(ByteBuffer(bytes: body))), .end(nil),
        ])
    }
}
