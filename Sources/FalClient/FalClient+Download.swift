import EventLoop
import HTTPTransport

extension FalClient {
    /// Fetches an http or https URL, or decodes a `data:` URI, into a file; nothing is left at `path` when it fails.
    ///
    /// The key is never sent. A file of that name is replaced.
    package func download(_ url: String, to path: String) async throws(FalError) -> FalDownload {
        if url.prefix(5).lowercased() == "data:" { return try writeDataURI(url, to: path) }
        guard WebAddress(url) != nil else {
            throw FalError(.validation, "not an http, https or data URL: \(url.prefix(200))", field: "url")
        }
        var request = plainRequest(.get, url)
        request.maximumRedirects = 5
        request.maximumResponseSize = settings.maximumDownloadSize
        request.deadlines.total = nil
        let call = FalCall(operation: .download, request: request)
        let start = ContinuousClock.now
        var attempt = 1
        while true {
            let (failure, error): (CallFailure, FalError)
            do throws(TransportError) {
                let result = try await transport.download(request, to: path)
                if (200..<300).contains(result.response.status) {
                    return FalDownload(
                        path: path, size: result.size, contentType: result.response.headers["content-type"])
                }
                failure = CallFailure(result.response)
                error = Self.downloadError(result.response)
            } catch let lost {
                failure = .transport(lost.reason, lost.delivery)
                error = FalError(lost, endpoint: nil, requestID: nil)
            }
            try await prepareRetry(call, attempt, since: start, failure, error)
            attempt += 1
        }
    }

    /// A media host is no API host: its refusals say nothing about the key or the account.
    private static func downloadError(_ response: HTTPResponse) -> FalError {
        let status = response.status
        let isGone = [401, 403, 404, 410].contains(status)
        return FalError(
            isGone ? .expired : status == 429 ? .rateLimited : .serverError,
            isGone
                ? "the file is no longer there (HTTP \(status))"
                : "the file's server answered HTTP \(status)", status: status, retryable: !isGone)
    }

    private func writeDataURI(_ text: String, to path: String) throws(FalError) -> FalDownload {
        let uri = try DataURI(text)
        guard uri.bytes.count <= settings.maximumDownloadSize else {
            throw FalError(.malformedResponse, "the data URI is larger than \(settings.maximumDownloadSize) bytes")
        }
        try uri.save(to: path)
        return FalDownload(path: path, size: uri.bytes.count, contentType: uri.contentType)
    }
}
