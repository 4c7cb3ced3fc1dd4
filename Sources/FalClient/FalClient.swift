package import EventLoop
package import HTTPTransport
import JSON

/// fal's queue, direct runs and storage, over any transport.
///
/// The key goes only where `FalHosts.mayReceiveKey` allows, redirects are never followed with it, and a submit is sent
/// again only when it cannot have arrived.
@LoopActor
package final class FalClient {
    /// Where requests go.
    package let hosts: FalHosts
    /// The numbers it was made with.
    package let settings: FalClientSettings
    /// True when the process is about to end: a wait that is cancelled then leaves its job at fal, where whoever finds it
    /// in the ledger can collect it.
    package var leavesJobs = false
    /// Where fal's own notices of jobs that are done come in; nil where none are received.
    package var notices: JobNotices?
    /// Told of each request that failed, and whether it is made again.
    package var failureObserver: (@LoopActor (FalOperation, FalError, _ isRetried: Bool) -> Void)?
    /// What every request goes through.
    package let transport: any Transport
    private let credentials: FalCredentials?
    let statusStreams: StatusStreamLimit

    /// Without credentials every call fails with `missing_api_key`, except downloads.
    package init(
        transport: any Transport, hosts: FalHosts = .fal, credentials: FalCredentials?,
        settings: FalClientSettings = FalClientSettings()
    ) {
        self.transport = transport
        self.hosts = hosts
        self.credentials = credentials
        self.settings = settings
        statusStreams = StatusStreamLimit(settings.maximumStatusStreams)
    }

    /// Whether calls can be made at all.
    package var hasKey: Bool { credentials != nil }

    /// A request to one of fal's API hosts, with the key.
    ///
    /// - Parameter body: `json` as bytes, where the caller has them already.
    func apiRequest(
        _ method: HTTPRequest.Method, _ url: String, json: JSONObject? = nil, as body: [UInt8]? = nil,
        accept: String = "application/json"
    ) throws(FalError) -> HTTPRequest {
        guard let credentials else {
            throw FalError(.missingAPIKey, "there is no fal key: set FAL_KEY to <key id>:<key secret>")
        }
        guard hosts.mayReceiveKey(url) else {
            throw FalError(.malformedResponse, "the key is not sent to \(WebAddress(url)?.origin ?? "a bad URL")")
        }
        var request = plainRequest(method, url)
        credentials.authorize(&request.headers)
        request.headers["Accept"] = accept
        guard let json else { return request }
        request.headers["Content-Type"] = "application/json"
        do {
            request.body = .bytes(try body ?? json.serialized())
        } catch {
            throw FalError(.validation, "the arguments cannot be written as JSON: \(error)")
        }
        return request
    }

    /// A request without the key.
    func plainRequest(_ method: HTTPRequest.Method, _ url: String) -> HTTPRequest {
        HTTPRequest(
            method, url, headers: ["User-Agent": settings.userAgent], deadlines: settings.deadlines,
            maximumResponseSize: settings.maximumResponseSize)
    }
}
