package import EventLoop
package import HTTPTransport
internal import JSON

/// Answers from a recording, without any network; each exchange answers once, in the order in which it was recorded.
///
/// A request is told by its method and its URL, fal's host aside. Of several submits to one endpoint the one with the same
/// arguments answers, else the first that is left: the arguments may differ, which is told, for that is what a
/// changed rule does. The seed is not compared: a call without one draws another each time. There are no pauses.
@LoopActor
package final class ReplayTransport: Transport {
    private let folder: RecordingFolder
    private let hosts: FalHosts
    private let tell: @LoopActor (String) -> Void
    /// Those that have not answered yet.
    private var exchanges: [RecordedExchange]

    /// - Parameter tell: is told of each argument that differs from the recording.
    package init(
        _ folder: RecordingFolder, hosts: FalHosts, tell: @escaping @LoopActor (String) -> Void
    ) throws(FalError) {
        self.folder = folder
        self.hosts = hosts
        self.tell = tell
        exchanges = try folder.exchanges()
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let (answer, body) = try take(request)
        return HTTPResponse(head: answer.head, body: body)
    }

    package func stream(_ request: HTTPRequest) async throws(TransportError) -> any HTTPResponseStream {
        let (answer, body) = try take(request)
        return ReplayedStream(head: answer.head, body, sizes: answer.chunks.map(\.size))
    }

    package func download(
        _ request: HTTPRequest, into file: DownloadFile
    ) async throws(TransportError) -> HTTPDownload {
        let (answer, body) = try take(request)
        guard (200..<300).contains(answer.status) else {
            return HTTPDownload(response: HTTPResponse(head: answer.head, body: body), size: 0)
        }
        try file.restart()
        try file.write(body)
        return HTTPDownload(response: HTTPResponse(head: answer.head, body: []), size: file.size)
    }

    // MARK: Matching

    private func take(
        _ request: HTTPRequest
    ) throws(TransportError) -> (answer: RecordedExchange.Answer, body: [UInt8]) {
        let url = RecordingMask.text(request.url)
        let target = hosts.target(of: url)
        // A file's URL comes from a recorded answer, and names the host of that time.
        let candidates = exchanges.indices.filter { index in
            exchanges[index].method == request.method.rawValue
                && (exchanges[index].target == target || exchanges[index].url == url)
        }
        guard let first = candidates.first else {
            throw TransportError(
                .notRecorded, delivery: .impossible,
                message: "the recording in \(folder.path) has no answer left to \(request.method.rawValue) \(target)")
        }
        let sent = Self.object(request.body)
        let index = candidates.first { differences(exchanges[$0], sent).isEmpty } ?? first
        let exchange = exchanges.remove(at: index)
        for difference in differences(exchange, sent) {
            tell("replay: \(exchange.title) (\(RecordingFolder.name(exchange.number)).json): \(difference)")
        }
        switch exchange.outcome {
        case .failure(let error): throw error
        case .answer(let answer):
            do throws(FalError) {
                return (answer, try folder.bytes(of: answer.body))
            } catch {
                throw TransportError(.file, delivery: .possible, message: error.message)
            }
        }
    }

    private static func object(_ body: HTTPRequest.Body) -> JSONObject? {
        guard case .bytes(let bytes) = body, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        return object(RecordingMask.text(text))
    }

    private static func object(_ text: String) -> JSONObject? { try? JSONValue(parsing: Array(text.utf8)).objectValue }

    private func differences(_ exchange: RecordedExchange, _ sent: JSONObject?) -> [String] {
        guard case .text(let text) = exchange.body, let recorded = Self.object(text), let sent else { return [] }
        return ArgumentDifferences.sentences(recorded: recorded, sent: sent)
    }
}

extension RecordedExchange.Answer {
    fileprivate var head: HTTPResponseHead {
        var fields = HTTPHeaders()
        for (name, value) in headers { fields.append(name, value) }
        return HTTPResponseHead(status: status, headers: fields, url: url)
    }
}

/// A recorded body in the pieces in which it came.
@LoopActor
private final class ReplayedStream: HTTPResponseStream {
    let head: HTTPResponseHead
    private var rest: ArraySlice<UInt8>
    private var sizes: ArraySlice<Int>

    init(head: HTTPResponseHead, _ body: [UInt8], sizes: [Int]) {
        self.head = head
        rest = body[...]
        self.sizes = sizes[...]
    }

    func next() async throws(TransportError) -> [UInt8]? {
        if rest.isEmpty { return nil }
        // Masks may have made the body longer than its pieces: the last takes what is left.
        let size = sizes.count > 1 ? sizes.removeFirst() : rest.count
        defer { rest = rest.dropFirst(size) }
        return Array(rest.prefix(size))
    }

    func cancel() { rest = [] }

    func finish(within grace: Duration) { rest = [] }
}
