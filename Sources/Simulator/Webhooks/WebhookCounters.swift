import JSON

/// What became of the webhooks of jobs that have ended.
package struct WebhookCounters: Sendable, Equatable {
    /// Requests that were made, the first of each webhook and its repetitions.
    package internal(set) var sent = 0
    /// Webhooks whose last request was answered with 2xx.
    package internal(set) var delivered = 0
    /// Given up: a redirect, or no 2xx in eleven tries.
    package internal(set) var failed = 0
    /// Never sent: the URL is not on this machine, or too many were under way.
    package internal(set) var refused = 0
    /// Never sent because of a fault.
    package internal(set) var lost = 0

    var json: JSONValue {
        [
            "sent": .integer(Int64(sent)), "delivered": .integer(Int64(delivered)),
            "failed": .integer(Int64(failed)), "refused": .integer(Int64(refused)), "lost": .integer(Int64(lost)),
        ]
    }
}
