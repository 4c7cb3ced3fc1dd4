/// What a receiver needs of the program that it is a part of. All of it is called on threads of the receiver's.
package struct WebhookDuties: Sendable {
    /// Fetches fal's key set, within a deadline of its own.
    package let keySet: @Sendable () async throws -> [UInt8]
    /// Takes a delivery, and leaves the work for later; false when too many are waiting already.
    package let deliver: @Sendable (WebhookDelivery) -> Bool
    /// What `/healthz` tells.
    package let health: @Sendable () async -> WebhookHealth
    /// What `/metrics` tells, one after another.
    package let metrics: [any MetricsSource]
    /// What else is served.
    package let paths: WebhookPaths

    package init(
        keySet: @escaping @Sendable () async throws -> [UInt8],
        deliver: @escaping @Sendable (WebhookDelivery) -> Bool,
        health: @escaping @Sendable () async -> WebhookHealth, metrics: [any MetricsSource],
        paths: WebhookPaths = WebhookPaths()
    ) {
        self.keySet = keySet
        self.deliver = deliver
        self.health = health
        self.metrics = metrics
        self.paths = paths
    }
}

/// Whether all is well, and the line of JSON that says more.
package struct WebhookHealth: Sendable {
    package let isWell: Bool
    package let json: String

    package init(isWell: Bool, json: String) {
        self.isWell = isWell
        self.json = json
    }
}
