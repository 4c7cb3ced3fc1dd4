package import EventLoop
package import HTTPTransport

/// Keeps each request and what came of it, without keys, cookies and signatures, on its way through another transport.
///
/// What cannot be kept is told once and changes nothing for the caller: a job that is paid for is worth more than its
/// recording.
@LoopActor
package final class RecordingTransport: Transport {
    private let base: any Transport
    private let folder: RecordingFolder
    private let hosts: FalHosts
    private let complain: @LoopActor (String) -> Void
    private let start = ContinuousClock.now
    private var count = 0
    private var hasComplained = false

    /// - Parameter complain: is told once when an exchange cannot be kept.
    package init(
        _ base: any Transport, folder: RecordingFolder, hosts: FalHosts, complain: @escaping @LoopActor (String) -> Void
    ) {
        self.base = base
        self.folder = folder
        self.hosts = hosts
        self.complain = complain
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let open = begin(request)
        do throws(TransportError) {
            let response = try await base.send(request)
            keep(open) { try self.answer(response.head, try self.body(response.body, open.number, "answer")) }
            return response
        } catch {
            keep(open) { .failure(Self.masked(error)) }
            throw error
        }
    }

    package func stream(_ request: HTTPRequest) async throws(TransportError) -> any HTTPResponseStream {
        let open = begin(request)
        do throws(TransportError) {
            return RecordingStream(try await base.stream(request), open, in: self)
        } catch {
            keep(open) { .failure(Self.masked(error)) }
            throw error
        }
    }

    package func download(
        _ request: HTTPRequest, into file: DownloadFile
    ) async throws(TransportError) -> HTTPDownload {
        let open = begin(request)
        do throws(TransportError) {
            let download = try await base.download(request, into: file)
            keep(open) { try self.kept(download, file, open.number) }
            return download
        } catch {
            keep(open) { .failure(Self.masked(error)) }
            throw error
        }
    }

    // MARK: Keeping

    /// A request that is under way.
    struct Open {
        let number: Int
        let request: HTTPRequest
        let start: ContinuousClock.Instant
    }

    private func begin(_ request: HTTPRequest) -> Open {
        count += 1
        return Open(number: count, request: request, start: .now)
    }

    func keep(_ open: Open, _ outcome: () throws -> RecordedExchange.Outcome) {
        do {
            let request = open.request
            let url = RecordingMask.text(request.url)
            let exchange = RecordedExchange(
                number: open.number, method: request.method.rawValue, url: url, target: hosts.target(of: url),
                headers: RecordingMask.headers(request.headers), body: try body(request.body, open.number),
                began: (open.start - start) / .seconds(1), outcome: try outcome())
            try folder.write(exchange)
        } catch {
            if !hasComplained { complain("the recording is not whole: \(error)") }
            hasComplained = true
        }
    }

    func answer(_ head: HTTPResponseHead, _ body: RecordedBody) throws -> RecordedExchange.Outcome {
        .answer(
            RecordedExchange.Answer(
                status: head.status, url: RecordingMask.text(head.url), headers: RecordingMask.headers(head.headers),
                body: body))
    }

    /// A download that went on where an earlier one broke off is kept as one that came whole.
    private func kept(
        _ download: HTTPDownload, _ file: DownloadFile, _ number: Int
    ) throws -> RecordedExchange.Outcome {
        let head = download.response.head
        guard (200..<300).contains(head.status) else {
            return try answer(head, try body(download.response.body, number, "answer"))
        }
        let name = RecordingFolder.name(number) + ".body"
        try folder.write(file.bytes(at: 0, count: file.size), to: name)
        var headers = head.headers
        headers["Content-Range"] = nil
        return try answer(HTTPResponseHead(status: 200, headers: headers, url: head.url), .file(name))
    }

    private func body(_ body: HTTPRequest.Body, _ number: Int) throws -> RecordedBody {
        switch body {
        case .none: .none
        case .bytes(let bytes): try self.body(bytes, number, "request")
        case .file, .pieces: .upload(size: nil)
        case .filePart(_, _, let count): .upload(size: count)
        }
    }

    func body(_ bytes: [UInt8], _ number: Int, _ kind: String) throws -> RecordedBody {
        if let text = String(validating: bytes, as: UTF8.self) { return .text(RecordingMask.text(text)) }
        let name = "\(RecordingFolder.name(number)).\(kind)"
        try folder.write(FalCredentials.redact(bytes), to: name)
        return .file(name)
    }

    private static func masked(_ error: TransportError) -> TransportError {
        TransportError(error.reason, delivery: error.delivery, message: RecordingMask.text(error.message))
    }
}

/// Passes a stream on and keeps what came of it.
@LoopActor
private final class RecordingStream: HTTPResponseStream {
    private let base: any HTTPResponseStream
    private let open: RecordingTransport.Open
    private let recorder: RecordingTransport
    private var bytes: [UInt8] = []
    private var chunks: [(seconds: Double, size: Int)] = []
    private var hasEnded = false

    init(_ base: any HTTPResponseStream, _ open: RecordingTransport.Open, in recorder: RecordingTransport) {
        self.base = base
        self.open = open
        self.recorder = recorder
        keep()
    }

    var head: HTTPResponseHead { base.head }

    func next() async throws(TransportError) -> [UInt8]? {
        do throws(TransportError) {
            let chunk = try await base.next()
            guard let chunk else {
                end()
                return nil
            }
            bytes += chunk
            chunks.append(((.now - open.start) / .seconds(1), chunk.count))
            // A stream that is dropped without a word has its beginning kept.
            if chunks.count <= 16 { keep() }
            return chunk
        } catch {
            end()
            throw error
        }
    }

    func cancel() {
        end()
        base.cancel()
    }

    func finish(within grace: Duration) {
        end()
        base.finish(within: grace)
    }

    private func end() {
        if !hasEnded { keep() }
        hasEnded = true
    }

    private func keep() {
        recorder.keep(open) {
            let outcome = try recorder.answer(head, try recorder.body(bytes, open.number, "answer"))
            guard case .answer(var answer) = outcome else { return outcome }
            answer.chunks = chunks
            return .answer(answer)
        }
    }
}
