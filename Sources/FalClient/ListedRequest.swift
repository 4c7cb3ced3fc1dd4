package import JSON

/// A request as fal's listing of an endpoint's requests has it (`GET /v1/models/requests/by-endpoint`).
package struct ListedRequest: Sendable, Equatable {
    /// fal's name for the job.
    package let requestID: String
    /// When it was submitted: RFC 3339, as fal wrote it.
    package let sentAt: String?
    /// The arguments; nil where fal does not keep them (`X-Fal-Store-IO: 0`, or older than 30 days).
    package let input: JSONObject?

    package init(requestID: String, sentAt: String?, input: JSONObject?) {
        self.requestID = requestID
        self.sentAt = sentAt
        self.input = input
    }

    /// nil without a `request_id`.
    init?(_ json: JSONValue) {
        guard let id = json["request_id"]?.stringValue, !id.isEmpty else { return nil }
        self.init(requestID: id, sentAt: json["sent_at"]?.stringValue, input: json["json_input"]?.objectValue)
    }
}
