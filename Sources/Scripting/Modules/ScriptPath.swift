import EventLoop
import LuaRuntime

/// A path of the server's for which a script answers (`http.receive`): the requests between server and script.
@LoopActor
final class ScriptPath {
    private enum State {
        case open
        /// The script is told to end: what is under way is answered, nothing more is taken.
        case ending
        /// Nobody answers any more.
        case closed
    }

    let path: String
    /// `file:line` of the function that answers.
    let place: String
    private let server: any ScriptServer
    private let limit: Int
    private var state = State.open
    /// What came and no task has taken yet.
    private var waiting: [ScriptRequest] = []
    private var taker: LuaResumption?
    private var underWay: [ObjectIdentifier: ScriptRequest] = [:]

    /// - Parameter limit: how many requests may be under way.
    init(_ path: String, of server: any ScriptServer, limit: Int, place: String) {
        (self.path, self.server, self.limit, self.place) = (path, server, limit, place)
    }

    deinit {
        // Nobody has served it, as when its task was cancelled before it began.
        if case .closed = state { return }
        LoopActor.spawn { [server, path] in server.close(path) }
    }

    var address: String { server.address + path }

    var isClosed: Bool {
        if case .closed = state { return true }
        return false
    }

    /// False when somebody answers for the path already.
    func open() -> Bool {
        server.open(path) { [weak self] in self?.take($0) ?? $0.answer(.busy) }
    }

    private func take(_ request: ScriptRequest) {
        guard case .open = state, underWay.count < limit else { return request.answer(.busy) }
        underWay[ObjectIdentifier(request)] = request
        guard let taker else { return waiting.append(request) }
        self.taker = nil
        taker.resume(returning: Self.pushing(request))
    }

    /// Gives the next request to the task that serves the path; nil when no more will come.
    func next(_ resumption: LuaResumption) -> @LoopActor () -> Void {
        if !waiting.isEmpty {
            resumption.resume(returning: Self.pushing(waiting.removeFirst()))
        } else if case .open = state {
            taker = resumption
            return { [self] in
                close()
                resumption.resume()
            }
        } else {
            resumption.resume(returning: Self.pushingNil)
        }
        return {}
    }

    func answer(_ request: ScriptRequest, _ answer: ScriptRequest.Answer) {
        underWay[ObjectIdentifier(request)] = nil
        request.answer(answer)
    }

    /// The script was told to end: those that are under way are the last.
    func end() {
        guard case .open = state else { return }
        state = .ending
        taker?.resume(returning: Self.pushingNil)
        taker = nil
    }

    /// Those that are under way are cancelled: nobody answers any more.
    func close() {
        guard !isClosed else { return }
        state = .closed
        taker = nil
        server.close(path)
        for request in underWay.values { request.answer(.busy) }
        underWay = [:]
        waiting = []
    }

    static let luaClass: LuaClass<ScriptPath> = LuaClass(
        "http.path", methods: [],
        close: LuaFunction("http.receive") { call in
            // The function that serves it failed or was cancelled; one that returned has had its last request.
            if !call.stack.isNilOrNone(at: 2) { try call.object(at: 1, of: luaClass).close() }
            return 0
        })

    static let requestClass: LuaClass<ScriptRequest> = LuaClass("http.received", methods: [])

    private static let pushingNil: LuaResults = { stack in
        stack.pushNil()
        return 1
    }

    /// Pushes the request, and its fields as the script sees them.
    private static func pushing(_ request: ScriptRequest) -> LuaResults {
        { stack in
            stack.push(request, as: requestClass)
            stack.pushTable(fieldCount: 5)
            for (name, value) in [("method", request.method), ("path", request.path), ("query", request.query)] {
                stack.push(value)
                stack.setField(name)
            }
            stack.push(request.body)
            stack.setField("body")
            stack.pushTable(fieldCount: request.headers.count)
            for (name, value) in request.headers {
                stack.push(value)
                stack.setField(name)
            }
            stack.setField("headers")
            return 2
        }
    }
}
