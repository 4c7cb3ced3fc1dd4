package import JSON

/// What a request asked for.
package enum RequestKind: String, Sendable, CaseIterable {
    case submit, status, stream, result, cancel, run, events, download, upload, listing, admin, other
}

/// What a simulator has seen since its start. Of a key it knows only whether one was there.
package struct SimulatorCounters: Sendable, Equatable {
    package private(set) var connections = 0
    /// Jobs accepted by the queue.
    package private(set) var submits = 0
    /// Jobs cancelled before their end.
    package private(set) var cancels = 0
    /// Submits and direct runs that were answered with 429 because of a limit.
    package private(set) var refusals = 0
    /// The most jobs that were waiting or running at the same time, direct runs among them.
    package private(set) var mostOpen = 0
    /// What became of the webhooks of jobs that have ended.
    package internal(set) var webhooks = WebhookCounters()
    /// Faults that struck.
    package private(set) var faults = 0
    private var requests = [Int](repeating: 0, count: RequestKind.allCases.count)
    private var authorized = [Int](repeating: 0, count: RequestKind.allCases.count)

    /// Requests of this kind.
    package subscript(kind: RequestKind) -> Int { requests[kind.index] }

    /// Requests of this kind that had an `Authorization` header.
    package func authorized(_ kind: RequestKind) -> Int { authorized[kind.index] }

    /// Requests of every kind but `admin`.
    package var total: Int { requests.reduce(0, +) - self[.admin] }

    mutating func count(_ kind: RequestKind, isAuthorized: Bool) {
        requests[kind.index] += 1
        if isAuthorized { authorized[kind.index] += 1 }
    }

    mutating func countConnection() { connections += 1 }
    mutating func countSubmit() { submits += 1 }
    mutating func countRefusal() { refusals += 1 }
    mutating func countOpen(_ count: Int) { mostOpen = max(mostOpen, count) }
    mutating func countCancel() { cancels += 1 }
    mutating func countFault() { faults += 1 }

    package var json: JSONValue {
        var requests = JSONObject()
        var authorized = JSONObject()
        for kind in RequestKind.allCases {
            requests.append(kind.rawValue, .integer(Int64(self[kind])))
            authorized.append(kind.rawValue, .integer(Int64(self.authorized(kind))))
        }
        return [
            "connections": .integer(Int64(connections)), "submits": .integer(Int64(submits)),
            "cancels": .integer(Int64(cancels)), "faults": .integer(Int64(faults)),
            "refusals": .integer(Int64(refusals)), "most_open": .integer(Int64(mostOpen)),
            "webhooks": webhooks.json, "requests": .object(requests),
            "authorized": .object(authorized),
        ]
    }
}

extension RequestKind {
    /// Its place in `allCases`.
    fileprivate var index: Int {
        switch self {
        case .submit: 0
        case .status: 1
        case .stream: 2
        case .result: 3
        case .cancel: 4
        case .run: 5
        case .events: 6
        case .download: 7
        case .upload: 8
        case .listing: 9
        case .admin: 10
        case .other: 11
        }
    }
}
