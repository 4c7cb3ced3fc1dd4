import NIOCore
import NIOHTTP1
import NIOPosix

/// A fal-compatible server on loopback: the queue, direct runs and storage of fal.ai without models and without cost.
///
/// With one base URL `B` the queue and storage are at `B` and direct runs at `B/run`. Clients that know hosts only find
/// direct runs on `runPort`. `POST …/stream` is a streamed direct run on both.
package final class Simulator: Sendable {
    /// The port of queue and storage.
    package let port: Int
    /// The port on which `POST /{endpoint}` is a direct run.
    package let runPort: Int?
    /// `http://127.0.0.1:1234`: queue and storage; followed by `/run`, direct runs.
    package let baseURL: String

    private let group: MultiThreadedEventLoopGroup
    private let pool: NIOThreadPool
    private let listeners: [any Channel]
    private let service: NIOLoopBound<Service>
    private let faults: FaultBook
    private let counterBook: CounterBook

    /// Listens on loopback; fails with a `ListenError` when the port is taken.
    package static func start(_ configuration: SimulatorConfiguration = .init()) async throws -> Simulator {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        do {
            return try await Simulator(configuration, group: group, pool: pool)
        } catch {
            try? await pool.shutdownGracefully()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        _ configuration: SimulatorConfiguration, group: MultiThreadedEventLoopGroup, pool: NIOThreadPool
    ) async throws {
        let loop = group.next()
        let faults = FaultBook(configuration.faults)
        let counters = CounterBook()
        let service = try await loop.submit {
            NIOLoopBound(
                Service(configuration: configuration, loop: loop, pool: pool, faults: faults, counters: counters),
                eventLoop: loop)
        }.get()
        var listeners = [try await Self.listen(configuration, configuration.port, .queue, service, group)]
        if let runPort = configuration.runPort {
            do {
                listeners.append(try await Self.listen(configuration, runPort, .run, service, group))
            } catch {
                try? await listeners[0].close().get()
                throw error
            }
        }
        let ports = listeners.compactMap { $0.localAddress?.port }
        let host = configuration.host.contains(":") ? "[\(configuration.host)]" : configuration.host
        let baseURL = configuration.publicURL ?? "http://\(host):\(ports.first ?? 0)"
        try await loop.submit { service.value.baseURL = baseURL }.get()
        self.group = group
        self.pool = pool
        self.listeners = listeners
        self.service = service
        self.faults = faults
        self.baseURL = baseURL
        counterBook = counters
        port = ports.first ?? 0
        runPort = ports.count > 1 ? ports[1] : nil
    }

    /// Orders a fault for the requests to come.
    package func order(_ fault: Fault) { faults.order(fault) }

    /// Forgets the faults that are ordered: from now on all goes well.
    package func clearFaults() { faults.clear() }

    package func counters() -> SimulatorCounters { counterBook.current }

    /// Closes listeners and connections; replies already written still leave, for at most a second.
    package func stop() async {
        for listener in listeners { try? await listener.close().get() }
        let service = service
        let loop = group.next()
        try? await loop.submit { service.value.closeAll() }.get()
        for _ in 0..<100 {
            let open = (try? await loop.submit { service.value.openConnections }.get()) ?? 0
            if open == 0 { break }
            try? await loop.scheduleTask(in: .milliseconds(10)) {}.futureResult.get()
        }
        try? await pool.shutdownGracefully()
        try? await group.shutdownGracefully()
    }

    private static func listen(
        _ configuration: SimulatorConfiguration, _ port: Int, _ side: Request.Side, _ service: NIOLoopBound<Service>,
        _ group: MultiThreadedEventLoopGroup
    ) async throws -> any Channel {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
                        Connection(service: service.value, side: side),
                    ])
                }
            }
        do {
            return try await bootstrap.bind(host: configuration.host, port: port).get()
        } catch {
            throw ListenError(error, host: configuration.host, port: port)
        }
    }
}
