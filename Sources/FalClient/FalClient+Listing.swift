import EventLoop
import HTTPTransport
import JSON

extension FalClient {
    /// The requests that fal took for an endpoint between two moments (RFC 3339), with their arguments.
    ///
    /// Reads all pages. A listing that contradicts itself, or is longer than `maximumListingPages` pages, is
    /// `malformed_response`: part of it would prove nothing. A request appears there some time after its submit.
    package func requests(
        to endpoint: EndpointID, from start: String, until end: String
    ) async throws(FalError) -> [ListedRequest] {
        var found: [ListedRequest] = []
        var seen: Set<String> = []
        var cursors: Set<String> = []
        var cursor: String?
        for _ in 0..<settings.maximumListingPages {
            let page = try await page(of: endpoint, from: start, until: end, cursor: cursor)
            // A request that comes while the pages are read can push another one onto the next page.
            found += page.items.filter { seen.insert($0.requestID).inserted }
            guard let next = page.next else { return found }
            guard !page.items.isEmpty, cursors.insert(next).inserted else {
                throw FalError(
                    .malformedResponse, "fal's list of requests goes round in circles",
                    endpoint: endpoint.description)
            }
            cursor = next
        }
        throw FalError(
            .malformedResponse, "fal lists more than \(settings.maximumListingPages * Self.pageSize) requests",
            endpoint: endpoint.description)
    }

    /// The most that fal gives at once.
    private static let pageSize = 100

    fileprivate struct Page {
        let items: [ListedRequest]
        /// The cursor of the page after this one; nil at the end.
        let next: String?
    }

    private func page(
        of endpoint: EndpointID, from start: String, until end: String, cursor: String?
    ) async throws(FalError) -> Page {
        var query = [
            ("endpoint_id", endpoint.description), ("start", start), ("end", end), ("limit", "\(Self.pageSize)"),
            ("expand", "payloads"),
        ]
        if let cursor { query.append(("cursor", cursor)) }
        let text = query.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&")
        let call = FalCall(
            operation: .listing, request: try apiRequest(.get, "\(hosts.api)/v1/models/requests/by-endpoint?\(text)"),
            endpoint: endpoint)
        return try await perform(call) { (response) throws(FalError) in
            guard let json = try self.json(in: response, of: call) else { return nil }
            guard let page = Page(json) else {
                throw call.error(.malformedResponse, "fal's list of requests cannot be used")
            }
            return page
        }
    }
}

extension FalClient.Page {
    fileprivate init?(_ json: JSONValue) {
        guard let elements = json["items"]?.arrayValue else { return nil }
        let items = elements.compactMap(ListedRequest.init)
        let cursor = json["next_cursor"]?.stringValue
        let hasMore = json["has_more"]?.boolValue ?? (cursor != nil)
        guard items.count == elements.count, !hasMore || cursor?.isEmpty == false else { return nil }
        self.init(items: items, next: hasMore ? cursor : nil)
    }
}
