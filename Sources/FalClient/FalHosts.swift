/// Where the queue, direct runs and storage are, and which hosts may see the key.
package struct FalHosts: Sendable, Equatable {
    /// Submit, status, result and cancel; like the others a base URL without a trailing slash.
    package let queue: String
    /// Direct runs and their streams.
    package let run: String
    /// Uploads.
    package let storage: String
    /// fal's platform API, which lists an account's requests.
    package let api: String
    private let own: [WebAddress]
    /// The bases with a slash: a URL that begins with one goes there, without a closer look.
    private let prefixes: [String]

    /// fal's own hosts (facts: hosts and auth §1.1).
    package static let fal = FalHosts(
        queue: "https://queue.fal.run", run: "https://fal.run", storage: "https://rest.fal.ai",
        api: "https://api.fal.ai", own: [])

    private static let falHosts: Set<String> = [
        "queue.fal.run", "fal.run", "rest.fal.ai", "rest.alpha.fal.ai", "api.fal.ai", "queue.falrun.com", "falrun.com",
    ]

    /// Whether all of them are fal's own.
    package var isFal: Bool {
        [queue, run, storage, api] == [Self.fal.queue, Self.fal.run, Self.fal.storage, Self.fal.api]
    }

    private init(queue: String, run: String, storage: String, api: String, own: [WebAddress]) {
        self.queue = queue
        self.run = run
        self.storage = storage
        self.api = api
        self.own = own
        prefixes = [queue, run, storage, api].map { $0 + "/" }
    }

    /// One server for everything: the queue and storage at its root, direct runs under `/run`.
    package init(baseURL: String) throws(FalError) {
        let (url, address) = try Self.base(baseURL, "the base URL")
        self.init(queue: url, run: url + "/run", storage: url, api: url, own: [address])
    }

    /// Each a host, `host:port` or URL; without a scheme https.
    ///
    /// As in the official client, a run host alone moves the queue to `queue.<run host>`; a run host that is an IP
    /// address or localhost, which has no subdomains, serves the queue too. The requests of a queue that is not fal's
    /// are listed by its own host.
    package init(runHost: String? = nil, queueHost: String? = nil, restHost: String? = nil) throws(FalError) {
        let (run, runAddress) = try Self.base(runHost ?? Self.fal.run, "the run host")
        let (queue, queueAddress) = try Self.base(queueHost ?? Self.queueHost(besides: runAddress), "the queue host")
        let (storage, storageAddress) = try Self.base(restHost ?? Self.fal.storage, "the storage host")
        self.init(
            queue: queue, run: run, storage: storage, api: queue == Self.fal.queue ? Self.fal.api : queue,
            own: [runAddress, queueAddress, storageAddress])
    }

    /// Whether a request to `url` may carry the key: fal's API hosts over https, or these hosts.
    ///
    /// These hosts are https, or http on loopback: the initializers take no others.
    package func mayReceiveKey(_ url: String) -> Bool {
        for prefix in prefixes where url.hasPrefix(prefix) { return true }
        guard let address = WebAddress(url) else { return false }
        if address.scheme == .https, address.port == 443, Self.falHosts.contains(address.host) { return true }
        return own.contains { $0.origin == address.origin }
    }

    /// What of a URL does not depend on the host: without the longest of the bases, or the whole URL of another host.
    func target(of url: String) -> String {
        let bases = [queue, run, storage, api].filter { url.hasPrefix($0 + "/") }
        guard let base = bases.max(by: { $0.utf8.count < $1.utf8.count }) else { return url }
        return String(url.dropFirst(base.count))
    }

    private static func queueHost(besides run: WebAddress) -> String {
        let hasSubdomains = !run.isLoopback && !run.host.hasPrefix("[") && run.host.contains { $0.isLetter }
        return hasSubdomains ? run.origin.replacing("://", with: "://queue.") : run.origin
    }

    private static func base(_ text: String, _ what: String) throws(FalError) -> (String, WebAddress) {
        let url = text.contains("://") ? text : "https://" + text
        guard let address = WebAddress(url), address.pathAndQuery.query.isEmpty, !address.target.contains("#") else {
            throw FalError(.validation, "\(what) is neither a host nor an http or https URL: \(text)")
        }
        guard address.scheme == .https || address.isLoopback else {
            throw FalError(.validation, "\(what) must be https: a key goes over plain http to loopback only (\(text))")
        }
        var path = address.target
        while path.hasSuffix("/") { path.removeLast() }
        return (address.origin + path, address)
    }
}
