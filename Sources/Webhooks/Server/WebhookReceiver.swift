internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// An HTTP server for fal's webhooks, `/healthz` and `/metrics`.
///
/// It speaks plain HTTP: a proxy in front of it has the certificate.
package final class WebhookReceiver: Sendable {
    package let port: Int
    /// `http://127.0.0.1:1234`.
    package let address: String
    package let counters: ReceiverCounters

    private let group: MultiThreadedEventLoopGroup
    private let listener: any Channel
    private let service: NIOLoopBound<WebhookService>
    private let paths: WebhookPaths

    /// Listens; fails with a `WebhookListenError`.
    ///
    /// - Parameter counters: what it counts with; the duties' metrics may tell of them.
    package static func start(
        _ settings: WebhookSettings, counters: ReceiverCounters = ReceiverCounters(), duties: WebhookDuties
    ) async throws -> WebhookReceiver {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            return try await WebhookReceiver(settings, counters, duties, group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        _ settings: WebhookSettings, _ counters: ReceiverCounters, _ duties: WebhookDuties,
        _ group: MultiThreadedEventLoopGroup
    ) async throws {
        let loop = group.next()
        let service = try await loop.submit {
            NIOLoopBound(
                WebhookService(loop: loop, settings: settings, counters: counters, duties: duties), eventLoop: loop)
        }.get()
        listener = try await Self.listen(settings, service, group)
        self.group = group
        self.service = service
        self.counters = counters
        paths = duties.paths
        port = listener.localAddress?.port ?? settings.port
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        address = "http://\(host):\(port)"
    }

    /// Takes no more connections and ends those that wait for a request; answers under way still leave, for at most two
    /// seconds.
    package func stop() async {
        try? await listener.close().get()
        let (service, loop) = (service, group.next())
        for _ in 0..<100 {
            let open = try? await loop.submit { service.value.closeIdle() }.get()
            if (open ?? 0) == 0 { break }
            try? await loop.scheduleTask(in: .milliseconds(20)) {}.futureResult.get()
        }
        try? await loop.submit { service.value.end() }.get()
        paths.end()
        try? await group.shutdownGracefully()
    }

    private static func listen(
        _ settings: WebhookSettings, _ service: NIOLoopBound<WebhookService>, _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = settings.maximumHead
        limits.maxHeaderListSize = settings.maximumHead
        limits.maxHeaderFieldCount = 100
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [limits] channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = WebhookConnection(service: service.value)
                    try channel.pipeline.syncOperations.addHandlers([
                        HeadMeter(connection: connection),
                        ByteToMessageHandler(
                            HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)),
                        connection,
                    ])
                }
            }
        do {
            return try await bootstrap.bind(host: settings.host, port: settings.port).get()
        } catch {
            throw WebhookListenError(error, settings)
        }
    }
}
