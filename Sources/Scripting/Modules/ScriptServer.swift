package import EventLoop

/// The HTTP server that runs beside a script, as far as the script has a say in it.
@LoopActor
package protocol ScriptServer: AnyObject, Sendable {
    /// Where it listens: `http://127.0.0.1:8081`.
    var address: String { get }
    /// Its own paths, which no script gets.
    var ownPaths: [String] { get }
    /// Hands over each request for exactly this path, whatever its method; false when that is done already.
    func open(_ path: String, _ take: @escaping @LoopActor (ScriptRequest) -> Void) -> Bool
    func close(_ path: String)
}

/// A request that waits for a script's answer; dropped without one it is answered as `busy`.
@LoopActor
package final class ScriptRequest {
    /// What comes of it.
    package enum Answer: Sendable {
        case response(status: Int, headers: [(name: String, value: String)], body: [UInt8])
        /// The function raised an error, or returned what is no answer.
        case failed
        /// The function took too long.
        case late
        /// Too many are under way, or the script ends: the client is to come again.
        case busy
    }

    package let method: String
    package let path: String
    /// Without the `?`.
    package let query: String
    /// By lower-case names.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    private let send: @Sendable (Answer) -> Void
    private var isAnswered = false

    /// - Parameter send: gets the answer, once.
    package init(
        method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8],
        send: @escaping @Sendable (Answer) -> Void
    ) {
        (self.method, self.path, self.query) = (method, path, query)
        (self.headers, self.body) = (headers, body)
        self.send = send
    }

    deinit { if !isAnswered { send(.busy) } }

    /// Only the first answer counts.
    func answer(_ answer: Answer) {
        guard !isAnswered else { return }
        isAnswered = true
        send(answer)
    }
}
