import EventLoop
import HTTPTransport

extension FalClient {
    /// The document with the keys that fal signs its webhooks with (facts: webhooks §1.8); asked for once, without the key.
    package func webhookKeySet() async throws(FalError) -> [UInt8] {
        var request = plainRequest(.get, hosts.storage + "/.well-known/jwks.json")
        request.deadlines.total = .seconds(10)
        request.maximumResponseSize = 256 << 10
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(request)
        } catch {
            throw FalError(error, endpoint: nil, requestID: nil)
        }
        guard response.status == 200 else {
            throw FalError(.serverError, "fal's key set is answered with HTTP \(response.status)")
        }
        return response.body
    }
}
