package import JSON

/// A call that came, and what was answered.
package struct SentCall: Sendable {
    package let call: APICall
    package let time: ContinuousClock.Instant
    /// The HTTP status of the answer, 0 when there was none.
    package let status: Int
    package let answer: JSONValue

    package var method: String { call.method }
    package var isOK: Bool { status == 200 }
    package func text(_ name: String) -> String? { call.string(name) }
    package subscript(name: String) -> JSONValue? { call.parameters[name] }
}
