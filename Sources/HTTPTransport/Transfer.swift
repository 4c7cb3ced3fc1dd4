internal import CCurl
internal import EventLoop

/// One request on its way through libcurl, redirects included.
@LoopActor
final class Transfer {
    /// Where a response's body goes.
    enum Sink {
        case memory
        case file(DownloadFile)
        case stream(ResponseBuffer)
    }

    private enum State {
        case waiting
        case running(EasyHandle, CurlMulti)
        case finished
    }

    let request: HTTPRequest
    let sink: Sink
    let engine: CurlEngine
    private(set) var head: HTTPResponseHead?
    /// The body, for `Sink.memory` and for what is not written to a file.
    private(set) var body: [UInt8] = []
    /// Called once: when the response (for a stream: its head) is there, or with the error.
    var completion: (@LoopActor (Result<HTTPResponseHead, TransportError>) -> Void)?

    /// True from the queue's start of the transfer to its end.
    var holdsPlace = false
    private var state = State.waiting
    private(set) var hop: Hop
    private var deadlines: DeadlineWatch?
    private var graceTimer: LoopTimer?
    private var parser = ResponseHeadParser()
    private var received = 0
    private(set) var isPaused = false
    private(set) var bodyReader: BodyReader?
    /// An error found in a callback, which libcurl knows only as "the callback refused".
    private var failure: TransportError?

    /// One of the requests that a transfer consists of: the first, and one for each redirect.
    struct Hop {
        var url: RequestURL
        var method: HTTPRequest.Method
        var headers: HTTPHeaders
        var hasBody: Bool
        var number = 0
        var followsRedirect = false
        var delivery = DeliveryRecord()
    }

    /// Throws when the request cannot be one: a bad URL or header field.
    init(_ request: HTTPRequest, into sink: Sink, of engine: CurlEngine) throws(TransportError) {
        self.request = request
        self.sink = sink
        self.engine = engine
        hop = Hop(url: try RequestURL(request.url), method: request.method, headers: request.headers, hasBody: true)
        try request.headers.checkForSending()
    }

    var isWaiting: Bool {
        if case .waiting = state { true } else { false }
    }

    var isStream: Bool {
        if case .stream = sink { true } else { false }
    }

    // MARK: Start

    func start() {
        do throws(TransportError) {
            try openFiles()
            try startHop()
            let watch = DeadlineWatch(request.deadlines)
            deadlines = watch
            watch.start(self)
        } catch {
            finish(error)
        }
    }

    private func openFiles() throws(TransportError) {
        switch request.body {
        case .none, .bytes: break
        case .file(let path): bodyReader = BodyReader(try BodyFile(path: path))
        case .filePart(let path, let offset, let count):
            bodyReader = BodyReader(try BodyFile(path: path, offset: offset, count: count))
        case .pieces(let pieces): bodyReader = try BodyReader(pieces)
        }
    }

    private func startHop() throws(TransportError) {
        let lane = engine.lane(for: hop.url, isStream: isStream)
        guard let multi = engine.multi(lane), let easy = engine.takeHandle() else { throw Self.noMemory }
        configure(easy, multi, lane)
        guard multi.add(self, easy) else {
            engine.giveBack(easy)
            throw Self.noMemory
        }
        state = .running(easy, multi)
    }

    private static let noMemory = TransportError(
        .other, delivery: .impossible, message: "libcurl has no memory for another transfer")

    // MARK: What libcurl reports

    /// The moment before a request's first byte, also when libcurl sends it again by itself; false forbids it.
    func requestIsDue() -> Bool {
        guard case .running(let easy, _) = state else { return false }
        if hop.delivery.maySend(once: request.sendOnce, sentSize: easy.number(CURLINFO_REQUEST_SIZE)) { return true }
        failure = TransportError(
            .connectionLost, delivery: .possible,
            message: "\(hop.url.authority): the connection ended before an answer came")
        return false
    }

    func receiveHead(_ line: UnsafeRawBufferPointer) -> Bool {
        // Lines after the head are trailers.
        if head != nil || hop.followsRedirect { return true }
        switch parser.take(line) {
        case .more: return true
        case .tooLarge:
            return refuse(.tooLarge, "the response's head has more than \(ResponseHeadParser.maximumSize) bytes")
        case .complete: return headIsComplete()
        }
    }

    private func headIsComplete() -> Bool {
        guard case .running(let easy, _) = state else { return false }
        if hop.url.isSecure {
            let version = easy.number(CURLINFO_HTTP_VERSION)
            engine.learn(hop.url, speaksHTTP1: version > 0 && version < Int(CURL_HTTP_VERSION_2_0))
        }
        if request.maximumRedirects > 0, Redirect.isOne(parser) {
            if hop.number == request.maximumRedirects {
                return refuse(.tooManyRedirects, "more than \(request.maximumRedirects) redirects")
            }
            hop.followsRedirect = true
            return true
        }
        let head = HTTPResponseHead(status: parser.status, headers: parser.headers, url: hop.url.text)
        self.head = head
        if isStream { complete(nil) }
        if case .file(let file) = sink, (200..<300).contains(head.status) { return begin(file, head) }
        return true
    }

    private func begin(_ file: DownloadFile, _ head: HTTPResponseHead) -> Bool {
        do throws(TransportError) {
            guard try file.accept(head) else {
                return refuse(.connectionLost, "the answer is not the part of the file that was asked for")
            }
            received = file.size
            return true
        } catch {
            failure = error
            return false
        }
    }

    enum Reception {
        case taken, paused, refused
    }

    func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Reception {
        if case .stream(let buffer) = sink, buffer.isFull, head != nil {
            isPaused = true
            return .paused
        }
        received += bytes.count
        if received > request.maximumResponseSize {
            let limit = request.maximumResponseSize
            return refuse(.tooLarge, "the response has more than \(limit) bytes") ? .taken : .refused
        }
        guard let head else { return .taken }
        switch sink {
        case .memory: append(bytes)
        case .stream(let buffer): buffer.append(bytes)
        case .file(let file):
            guard (200..<300).contains(head.status) else {
                append(UnsafeRawBufferPointer(rebasing: bytes.prefix(max(0, Self.keptOfRefusal - body.count))))
                return .taken
            }
            return write(bytes, to: file)
        }
        return .taken
    }

    /// Bytes of a body that are kept when it is not to become a file (see `Transport.download`).
    private static let keptOfRefusal = 64 << 10

    private func append(_ bytes: UnsafeRawBufferPointer) {
        if body.isEmpty, bytes.count > 4096, case .running(let easy, _) = state {
            body.reserveCapacity(min(easy.size(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T), 1 << 20))
        }
        body.append(contentsOf: bytes)
    }

    private func write(_ bytes: UnsafeRawBufferPointer, to file: DownloadFile) -> Reception {
        do throws(TransportError) {
            try file.write(bytes)
            return .taken
        } catch {
            failure = error
            return .refused
        }
    }

    /// The next bytes of the request's body; nil when they cannot be read.
    func supplyBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        do throws(TransportError) {
            return try bodyReader?.read(into: buffer) ?? 0
        } catch {
            failure = error
            return nil
        }
    }

    private func refuse(_ reason: TransportError.Reason, _ message: String) -> Bool {
        failure = TransportError(reason, delivery: .possible, message: "\(hop.url.authority): \(message)")
        return false
    }

    // MARK: End

    var hasEnded: Bool {
        if case .finished = state { true } else { false }
    }

    /// libcurl is done with the transfer.
    func ended(with code: CURLcode) {
        guard case .running(let easy, let multi) = state else { return }
        if code == CURLE_OK, hop.followsRedirect { return follow(easy, multi) }
        let error = code == CURLE_OK ? nil : failure ?? TransportError(code, of: self, easy)
        finish(error)
    }

    private func follow(_ easy: EasyHandle, _ multi: CurlMulti) {
        let target = easy.string(CURLINFO_REDIRECT_URL)
        release(easy, multi)
        state = .waiting
        do throws(TransportError) {
            hop = try Redirect.next(hop, status: parser.status, to: target)
            parser = ResponseHeadParser()
            received = 0
            guard bodyReader?.seek(to: 0) ?? true else { throw Self.noMemory }
            try startHop()
        } catch {
            finish(error)
        }
    }

    /// Ends the transfer from outside, at once.
    func cancel() {
        end(.cancelled, "cancelled")
    }

    /// Ends the transfer when it has not ended by itself within `grace`; at once when it was not started yet.
    func cancel(after grace: Duration) {
        guard case .running = state, grace > .zero else { return cancel() }
        graceTimer?.cancel()
        graceTimer = LoopExecutor.shared.schedule(after: grace) { [self] in cancel() }
    }

    /// Ends the transfer for a reason that libcurl does not know.
    func end(_ reason: TransportError.Reason, _ message: String) {
        switch state {
        case .waiting:
            finish(TransportError(reason, delivery: .impossible, message: "\(hop.url.authority): \(message)"))
        case .running(let easy, _):
            finish(TransportError(reason, delivery: delivery(easy), message: "\(hop.url.authority): \(message)"))
        case .finished: break
        }
    }

    func delivery(_ easy: EasyHandle) -> TransportError.Delivery {
        hop.number > 0 ? .possible : hop.delivery.after(sentSize: easy.number(CURLINFO_REQUEST_SIZE))
    }

    private func release(_ easy: EasyHandle, _ multi: CurlMulti) {
        multi.remove(self, easy)
        engine.giveBack(easy)
    }

    private func finish(_ error: TransportError?) {
        if case .running(let easy, let multi) = state { release(easy, multi) }
        state = .finished
        deadlines?.stop()
        graceTimer?.cancel()
        bodyReader = nil
        complete(error)
        if case .stream(let buffer) = sink { buffer.end(error) }
        if holdsPlace { engine.queue.leave() }
        holdsPlace = false
    }

    private func complete(_ error: TransportError?) {
        let completion = completion
        self.completion = nil
        if let error {
            completion?(.failure(error))
        } else if let head {
            completion?(.success(head))
        } else {
            let host = hop.url.authority
            completion?(.failure(TransportError(.connectionLost, delivery: .possible, message: "\(host): no answer")))
        }
    }

    // MARK: Flow and progress

    /// Lets a paused body flow again.
    func resume() {
        guard isPaused, case .running(let easy, _) = state else { return }
        isPaused = false
        _ = curl_easy_pause(easy.pointer, CURLPAUSE_CONT)
    }

    /// Bytes that went either way so far; nil before the connection stands.
    var progress: Int? {
        guard case .running(let easy, _) = state, hop.delivery.isDue else { return nil }
        return easy.number(CURLINFO_REQUEST_SIZE) + easy.number(CURLINFO_HEADER_SIZE)
            + easy.size(CURLINFO_SIZE_UPLOAD_T) + easy.size(CURLINFO_SIZE_DOWNLOAD_T)
    }
}
