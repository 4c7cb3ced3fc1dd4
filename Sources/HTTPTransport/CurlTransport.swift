package import EventLoop

/// HTTP over libcurl: HTTP/2 with multiplexing over TLS, kept-alive connections, all of it on the loop's thread.
///
/// At most `CurlSettings.maximumTransfers` requests are in flight, the others wait in order; `Deadlines` count from the
/// moment a request gets its place. `TransportError.Delivery.impossible` is given only when libcurl sent no byte of the
/// request.
@LoopActor
package final class CurlTransport: Transport {
    private let engine: CurlEngine

    /// Costs nothing: libcurl starts with the first request.
    package nonisolated init(settings: CurlSettings = CurlSettings()) {
        engine = CurlEngine(settings)
    }

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let transfer = try Transfer(request, into: .memory, of: engine)
        let head = try await run(transfer)
        return HTTPResponse(head: head, body: transfer.body)
    }

    package func stream(_ request: HTTPRequest) async throws(TransportError) -> any HTTPResponseStream {
        let buffer = ResponseBuffer()
        let transfer = try Transfer(request, into: .stream(buffer), of: engine)
        let head = try await run(transfer)
        return CurlResponseStream(head: head, transfer, buffer)
    }

    package func download(_ request: HTTPRequest, into file: DownloadFile) async throws(TransportError) -> HTTPDownload
    {
        var request = request
        if file.size > 0, let validator = file.validator {
            request.headers["Range"] = "bytes=\(file.size)-"
            request.headers["If-Range"] = validator
        }
        let transfer = try Transfer(request, into: .file(file), of: engine)
        let head = try await run(transfer)
        let isWritten = (200..<300).contains(head.status)
        return HTTPDownload(
            response: HTTPResponse(head: head, body: transfer.body), size: isWritten ? file.size : 0)
    }

    /// Suspends until the transfer's response (for a stream: its head) is there.
    private func run(_ transfer: Transfer) async throws(TransportError) -> HTTPResponseHead {
        let result: Result<HTTPResponseHead, TransportError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.completion = { continuation.resume(returning: $0) }
                begin(transfer)
            }
        } onCancel: {
            LoopActor.spawn { transfer.cancel(after: transfer.request.cancellationGrace) }
        }
        return try result.get()
    }

    private func begin(_ transfer: Transfer) {
        if Task.isCancelled {
            transfer.cancel()
        } else if transfer.isStream {
            transfer.start()
        } else {
            engine.queue.enter(transfer)
        }
    }
}
