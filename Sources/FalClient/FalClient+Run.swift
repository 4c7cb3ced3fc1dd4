import EventLoop
import HTTPTransport
package import JSON

extension FalClient {
    /// Runs a model directly, without the queue: the output comes on the same connection (facts: §2).
    ///
    /// A lost connection loses the output, and fal may still bill it; so it is repeated only when it cannot have
    /// arrived.
    ///
    /// - Parameter retriesRefusals: false throws `rate_limited` at the first 429.
    package func run(
        _ endpoint: EndpointID, arguments: JSONObject, timeout: Duration? = nil, retriesRefusals: Bool = true
    ) async throws(FalError) -> QueueResult {
        var call = try runCall("\(hosts.run)/\(endpoint)", endpoint, arguments, timeout, accept: "application/json")
        call.retriesRefusals = retriesRefusals
        return try await perform(call) { (response) throws(FalError) in try self.queueResult(response, of: call) }
    }

    /// Runs a model that tells its progress in events; the last one is the output.
    package func stream(
        _ endpoint: EndpointID, arguments: JSONObject, path: String = "/stream", timeout: Duration? = nil
    ) async throws(FalError) -> FalEventStream {
        let url = "\(hosts.run)/\(endpoint)" + (path.hasPrefix("/") ? path : "/" + path)
        let call = try runCall(url, endpoint, arguments, timeout, accept: "text/event-stream")
        let start = ContinuousClock.now
        var attempt = 1
        while true {
            let (failure, error): (CallFailure, FalError)
            do throws(TransportError) {
                let stream = try await transport.stream(call.attempt(at: .now) ?? call.request)
                if (200..<300).contains(stream.head.status) { return FalEventStream(stream, call, settings) }
                let response = try await Self.collect(stream)
                failure = CallFailure(response)
                error = FalError(response, to: .run, endpoint: endpoint, requestID: nil)
            } catch let lost {
                failure = .transport(lost.reason, lost.delivery)
                error = FalError(lost, endpoint: endpoint, requestID: nil)
            }
            try await prepareRetry(call, attempt, since: start, failure, error)
            attempt += 1
        }
    }

    private func runCall(
        _ url: String, _ endpoint: EndpointID, _ arguments: JSONObject, _ timeout: Duration?, accept: String
    ) throws(FalError) -> FalCall {
        var request = try apiRequest(.post, url, json: arguments, accept: accept)
        request.sendOnce = true
        // A model may think for minutes before its first byte.
        request.deadlines.total = timeout
        request.deadlines.idle = timeout ?? .seconds(3600)
        return FalCall(
            operation: .run, request: request, endpoint: endpoint, deadline: timeout.map { ContinuousClock.now + $0 })
    }

    /// The whole response to a stream that was refused, as far as an error needs it.
    private static func collect(_ stream: any HTTPResponseStream) async throws(TransportError) -> HTTPResponse {
        var body: [UInt8] = []
        while body.count < 1 << 20, let chunk = try await stream.next() { body.append(contentsOf: chunk) }
        stream.cancel()
        return HTTPResponse(head: stream.head, body: body)
    }
}
