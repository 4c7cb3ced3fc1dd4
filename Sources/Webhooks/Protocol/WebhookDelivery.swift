internal import JSON

/// A delivery that fal has signed: a job is done.
///
/// Only who it speaks of is read. The result is fetched the usual way, which also tells what it cost.
package struct WebhookDelivery: Sendable, Equatable {
    /// The job's request id, and the gateway's where that is another: after a retry at fal either may be the one that the
    /// submit's answer had.
    package let requestIDs: [String]

    /// Nil for a body that is not a delivery, or speaks of another request than the signed header.
    init?(_ body: [UInt8], signedFor requestID: String) {
        guard let json = try? JSONValue(parsing: body), json["status"]?.stringValue != nil,
            let named = json["request_id"]?.stringValue
        else { return nil }
        let gateway = json["gateway_request_id"]?.stringValue
        guard named == requestID || gateway == requestID else { return nil }
        requestIDs = [named] + (gateway.map { $0 == named || $0.isEmpty ? [] : [$0] } ?? [])
    }
}
