internal import CCurl
internal import EventLoop

/// What all transfers of a transport share: multi handles, idle easy handles, and the places in flight.
@LoopActor
final class CurlEngine {
    let settings: CurlSettings
    let queue: TransferQueue
    private var idleHandles: [EasyHandle] = []
    private var multis = [CurlMulti?](repeating: nil, count: Lane.allCases.count)
    /// Hosts that answered over TLS with HTTP/1, where a cap on connections would be a cap on transfers.
    private var singleHosts: Set<Substring> = []

    /// The multi handles, apart because their connections must not meet.
    enum Lane: Int, CaseIterable {
        /// One transfer a connection (HTTP/1): as many connections as transfers.
        case single
        /// Many transfers a connection (HTTP/2): few connections.
        case shared
        /// The same for response streams. libcurl resets a stream that ends early, and servers that guard against
        /// rapid resets then drop the connection: no submit must be on it. Nor may a paused stream hold a submit up.
        case streams
    }

    nonisolated init(_ settings: CurlSettings) {
        self.settings = settings
        queue = TransferQueue(limit: settings.maximumTransfers)
    }

    deinit {
        let multis = multis.compactMap(\.self)
        LoopActor.spawn { for multi in multis { multi.close() } }
    }

    func lane(for url: RequestURL, isStream: Bool) -> Lane {
        if !url.isSecure || !singleHosts.isEmpty && singleHosts.contains(url.authority) { return .single }
        return isStream ? .streams : .shared
    }

    /// Notes what a host speaks, when its first answer has come over TLS.
    func learn(_ url: RequestURL, speaksHTTP1: Bool) {
        if speaksHTTP1 { singleHosts.insert(url.authority) }
    }

    func multi(_ lane: Lane) -> CurlMulti? {
        if let multi = multis[lane.rawValue] { return multi }
        let multi = CurlMulti(connectionsPerHost: lane == .single ? nil : settings.connectionsPerHost)
        multis[lane.rawValue] = multi
        return multi
    }

    func takeHandle() -> EasyHandle? { idleHandles.popLast() ?? EasyHandle() }

    func giveBack(_ handle: EasyHandle) {
        handle.reset()
        if idleHandles.count < settings.maximumTransfers { idleHandles.append(handle) }
    }
}
