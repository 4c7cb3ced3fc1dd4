import JSON

/// Something that goes wrong, ordered for calls to come.
package struct Fault: Sendable {
    package enum Kind: Sendable {
        /// 429; until the seconds are over each call that comes too early is counted and gets 429 again.
        case tooManyRequests(retryAfter: Int)
        /// An error with this code and description.
        case error(Int, String)
        /// A page of the proxy in front instead of JSON.
        case page(Int)
        /// The connection ends before the call is looked at.
        case cut
        /// The call takes effect, and the connection ends without an answer.
        case lostAnswer
        /// The answer comes after so many seconds.
        case slow(Int)
        /// The group is a supergroup now, with this id.
        case migrated(to: Int)
    }
    /// Nil for any.
    package var method: String?
    package var kind: Kind
    /// Calls that go well before.
    package var after = 0
    package var times = 1

    package init(_ kind: Kind, method: String? = nil, after: Int = 0, times: Int = 1) {
        (self.kind, self.method, self.after, self.times) = (kind, method, after, times)
    }

    /// `{"kind": "429", "retry_after": 3, "method": "sendMessage", "after": 1, "times": 2}`; nil for an unknown kind.
    init?(_ json: JSONValue) {
        func number(_ name: String) -> Int? { json[name]?.integerValue.map(Int.init) }
        let text = json["description"]?.stringValue
        switch json["kind"]?.stringValue {
        case "429": kind = .tooManyRequests(retryAfter: number("retry_after") ?? 1)
        case "error": kind = .error(number("code") ?? 400, text ?? "Bad Request")
        case "page": kind = .page(number("code") ?? 502)
        case "cut": kind = .cut
        case "lost_answer": kind = .lostAnswer
        case "slow": kind = .slow(number("seconds") ?? 1)
        case "migrated": kind = .migrated(to: number("to") ?? 0)
        default: return nil
        }
        method = json["method"]?.stringValue
        after = number("after") ?? 0
        times = number("times") ?? 1
    }
}
