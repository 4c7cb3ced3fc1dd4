import EventLoop
import HTTPTransport
import JSON

/// fal's queue without a network: keeps what was submitted and completes each job at once with a prepared answer.
@LoopActor
final class RecordedTransport: Transport {
    /// The bodies of all submits, in their order.
    private(set) var submitted: [(url: String, body: [UInt8])] = []
    private(set) var mostAtOnce = 0
    var onSubmit: (@LoopActor () -> Void)?
    private var atOnce = 0
    private let output: @Sendable (JSONObject) -> JSONValue
    private let refusal: (status: Int, body: String)?
    private var results: [String: JSONValue] = [:]

    /// `output` makes the model's output from the arguments; `refusal` is what each submit is answered with instead.
    nonisolated init(
        refusal: (status: Int, body: String)? = nil,
        output: @escaping @Sendable (JSONObject) -> JSONValue = RecordedTransport.onePicture
    ) {
        self.refusal = refusal
        self.output = output
    }

    nonisolated static func onePicture(_ arguments: JSONObject) -> JSONValue {
        [
            "images": [["url": "https://v3.fal.media/one.jpg", "width": 768, "height": 1024]], "seed": 42,
            "has_nsfw_concepts": [false], "prompt": arguments["prompt"] ?? .null,
        ]
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if case .post = request.method { return submit(request) }
        let id = request.url.split(separator: "/").last.map(String.init) ?? ""
        return response(request, results[id] ?? .null)
    }

    func stream(_ request: HTTPRequest) async throws(TransportError) -> any HTTPResponseStream {
        atOnce += 1
        mostAtOnce = max(mostAtOnce, atOnce)
        await Task.yield()
        atOnce -= 1
        let event = #"data: {"status":"COMPLETED","request_id":"r","logs":null,"metrics":{}}"# + "\n\n"
        let headers: HTTPHeaders = ["content-type": "text/event-stream"]
        return RecordedStream(
            head: HTTPResponseHead(status: 200, headers: headers, url: request.url), chunk: Array(event.utf8))
    }

    func download(_ request: HTTPRequest, into file: DownloadFile) async throws(TransportError) -> HTTPDownload {
        HTTPDownload(response: response(request, .null), size: 0)
    }

    private func submit(_ request: HTTPRequest) -> HTTPResponse {
        guard case .bytes(let body) = request.body else { return response(request, .null) }
        submitted.append((request.url, body))
        onSubmit?()
        if let refusal {
            let headers: HTTPHeaders = ["content-type": "application/json"]
            let head = HTTPResponseHead(status: refusal.status, headers: headers, url: request.url)
            return HTTPResponse(head: head, body: Array(refusal.body.utf8))
        }
        let id = "request-\(submitted.count)"
        let base = "https://queue.fal.run/fal-ai/any/requests/\(id)"
        results[id] = output((try? JSONValue(parsing: body))?.objectValue ?? [:])
        return response(
            request,
            [
                "status": "IN_QUEUE", "request_id": .string(id), "response_url": .string(base),
                "status_url": .string("\(base)/status"), "cancel_url": .string("\(base)/cancel"), "queue_position": 0,
            ])
    }

    private func response(_ request: HTTPRequest, _ value: JSONValue) -> HTTPResponse {
        let headers: HTTPHeaders = ["content-type": "application/json", "x-fal-billable-units": "1.5"]
        let head = HTTPResponseHead(status: 200, headers: headers, url: request.url)
        return HTTPResponse(head: head, body: (try? value.serialized()) ?? [])
    }
}

@LoopActor
private final class RecordedStream: HTTPResponseStream {
    let head: HTTPResponseHead
    private var chunk: [UInt8]?

    init(head: HTTPResponseHead, chunk: [UInt8]) {
        self.head = head
        self.chunk = chunk
    }

    func next() async throws(TransportError) -> [UInt8]? {
        defer { chunk = nil }
        return chunk
    }

    func cancel() { chunk = nil }

    func finish(within grace: Duration) { chunk = nil }
}
