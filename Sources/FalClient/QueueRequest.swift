/// A job that fal has accepted: its id and where to ask for it.
package struct QueueRequest: Sendable, Equatable {
    /// What the job was submitted to.
    package let endpoint: EndpointID
    /// fal's name for the job: enough to find it again.
    package let requestID: String
    /// Where its status is; the stream is at `/stream` below it.
    package let statusURL: String
    /// Where its output is.
    package let responseURL: String
    /// Where a PUT cancels it.
    package let cancelURL: String

    /// A request whose URLs are known, from a submit's reply or from storage.
    package init(endpoint: EndpointID, requestID: String, statusURL: String, responseURL: String, cancelURL: String) {
        self.endpoint = endpoint
        self.requestID = requestID
        self.statusURL = statusURL
        self.responseURL = responseURL
        self.cancelURL = cancelURL
    }

    /// A request of which only the id is known; the URLs follow fal's `owner/alias` rule.
    package init(endpoint: EndpointID, requestID: String, hosts: FalHosts) {
        let base = "\(hosts.queue)/\(endpoint.requestBase)/requests/\(PercentEncoding.encode(requestID))"
        self.init(
            endpoint: endpoint, requestID: requestID, statusURL: base + "/status", responseURL: base,
            cancelURL: base + "/cancel")
    }

    /// The same request with the rule's URL wherever its own may not receive the key.
    func trusted(by hosts: FalHosts) -> QueueRequest {
        if hosts.mayReceiveKey(statusURL), hosts.mayReceiveKey(responseURL), hosts.mayReceiveKey(cancelURL) {
            return self
        }
        let rule = QueueRequest(endpoint: endpoint, requestID: requestID, hosts: hosts)
        return QueueRequest(
            endpoint: endpoint, requestID: requestID,
            statusURL: hosts.mayReceiveKey(statusURL) ? statusURL : rule.statusURL,
            responseURL: hosts.mayReceiveKey(responseURL) ? responseURL : rule.responseURL,
            cancelURL: hosts.mayReceiveKey(cancelURL) ? cancelURL : rule.cancelURL)
    }

    /// The URL of the status with a `logs` query, or of the status stream.
    func statusURL(stream: Bool, logs: Bool) -> String {
        let bytes = statusURL.utf8
        let end = bytes.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.endIndex
        var url = String(statusURL[..<end])
        while url.utf8.last == UInt8(ascii: "/") { url.removeLast() }
        url += stream ? "/stream?logs=" : "?logs="
        url += logs ? "1" : "0"
        return url
    }
}
