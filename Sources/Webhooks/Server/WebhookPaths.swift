internal import NIOConcurrencyHelpers

/// The paths beside the receiver's own whose requests the program answers itself; any thread may open and close them.
package final class WebhookPaths: Sendable {
    /// Takes a request on the receiver's thread, which must not wait. The answer may come on any thread; the first
    /// counts, and one that never comes is given up after `WebhookSettings.answerTime`.
    package typealias Handler =
        @Sendable (PostedRequest, _ answer: @escaping @Sendable (PostedAnswer) -> Void) -> Void

    private struct State {
        var handlers: [String: Handler] = [:]
        var hasEnded = false
    }

    private let state = NIOLockedValueBox(State())

    package init() {}

    /// Has requests for exactly this path handled, whatever their method; false when it is open already.
    package func open(_ path: String, _ handler: @escaping Handler) -> Bool {
        state.withLockedValue {
            guard $0.handlers[path] == nil else { return false }
            $0.handlers[path] = handler
            return true
        }
    }

    /// What comes for the path from now on is answered with 404.
    package func close(_ path: String) {
        state.withLockedValue { $0.handlers[path] = nil }
    }

    func handler(for path: Substring) -> Handler? {
        state.withLockedValue { $0.handlers.isEmpty ? nil : $0.handlers[String(path)] }
    }

    /// Calls `body` unless the receiver's thread may have ended.
    func whileServing(_ body: () -> Void) {
        state.withLockedValue { if !$0.hasEnded { body() } }
    }

    func end() {
        state.withLockedValue { $0 = State(hasEnded: true) }
    }
}
