import EventLoop
import HTTPTransport
import JSON

/// What fal's catalogue says of some endpoints.
package struct ModelListing: Sendable {
    package struct Model: Sendable, Equatable {
        package let endpoint: String
        /// fal's word: `active`, `deprecated`.
        package let status: String
    }
    /// Those that fal lists; one that is not listed is not here.
    package let models: [Model]
    /// The server's clock when it answered, in seconds since 1970; nil where it names none.
    package let serverTime: Int?
    /// From the call to the answer.
    package let duration: Duration
}

extension FalClient {
    /// Asks fal's catalogue for endpoints (fal's platform API, `GET /v1/models`).
    ///
    /// Tries once: a doctor wants to know how it is now.
    package func models(_ endpoints: [EndpointID], within limit: Duration) async throws(FalError) -> ModelListing {
        let query = endpoints.map { "endpoint_id=\(PercentEncoding.encode($0.description))" }.joined(separator: "&")
        var request = try apiRequest(.get, "\(hosts.api)/v1/models?\(query)")
        request.deadlines.total = limit
        let call = FalCall(operation: .listing, request: request, deadline: .now + limit)
        let start = ContinuousClock.now
        return try await perform(call) { (response) throws(FalError) in
            let time = response.headers["Date"].flatMap(HTTPDate.init)?.seconds
            // None of them is known.
            if response.status == 404 { return ModelListing(models: [], serverTime: time, duration: .now - start) }
            guard let json = try self.json(in: response, of: call) else { return nil }
            guard let models = json["models"]?.arrayValue?.compactMap(ModelListing.Model.init) else {
                throw call.error(.malformedResponse, "fal's list of models cannot be used")
            }
            return ModelListing(models: models, serverTime: time, duration: .now - start)
        }
    }

    /// Whether anything answers at a URL; any status will do. Sends no key.
    package func reach(_ url: String, within limit: Duration) async throws(FalError) -> Duration {
        var request = plainRequest(.get, url)
        request.deadlines.total = limit
        let start = ContinuousClock.now
        do throws(TransportError) {
            _ = try await transport.send(request)
            return .now - start
        } catch {
            throw FalError(error, endpoint: nil, requestID: nil)
        }
    }
}

extension ModelListing.Model {
    fileprivate init?(_ json: JSONValue) {
        guard let endpoint = json["endpoint_id"]?.stringValue else { return nil }
        self.init(endpoint: endpoint, status: json["metadata"]?["status"]?.stringValue ?? "active")
    }
}
