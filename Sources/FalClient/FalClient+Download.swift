import EventLoop
import HTTPTransport

extension FalClient {
    /// What a download must be to be taken.
    package enum ExpectedContent: Sendable {
        case anything
        /// A whole picture; of formats that are not known here what the server calls an image.
        case picture

        /// A picture where the name says so.
        package init(ofFileNamed name: String) {
            self = PictureFormat(named: name) == nil ? .anything : .picture
        }
    }

    /// Fetches an http or https URL, or decodes a `data:` URI, into a file; nothing is left at `path` when it fails.
    ///
    /// The key is never sent. A file of that name is replaced. After a broken connection it goes on where it was.
    package func download(
        _ url: String, to path: String, expecting expected: ExpectedContent = .anything
    ) async throws(FalError) -> FalDownload {
        if url.prefix(5).lowercased() == "data:" { return try writeDataURI(url, to: path, expected) }
        guard WebAddress(url) != nil else {
            throw FalError(.validation, "not an http, https or data URL: \(url.prefix(200))", field: "url")
        }
        let file: DownloadFile
        do throws(TransportError) {
            file = try DownloadFile(path: path)
        } catch {
            throw FalError(error, endpoint: nil, requestID: nil)
        }
        do throws(FalError) {
            let type = try await fetch(url, into: file, expected)
            let size = file.size
            do throws(TransportError) {
                try file.finish()
            } catch {
                throw FalError(error, endpoint: nil, requestID: nil)
            }
            return FalDownload(path: path, size: size, contentType: type)
        } catch {
            file.discard()
            throw error
        }
    }

    /// Returns the content type.
    private func fetch(
        _ url: String, into file: DownloadFile, _ expected: ExpectedContent
    ) async throws(FalError) -> String? {
        var request = plainRequest(.get, url)
        request.maximumRedirects = 5
        request.maximumResponseSize = settings.maximumDownloadSize
        request.deadlines.total = nil
        let call = FalCall(operation: .download, request: request)
        var start = ContinuousClock.now
        var attempt = 1
        while true {
            let before = file.size
            let (failure, error): (CallFailure, FalError)
            do throws(TransportError) {
                let response = try await transport.download(request, into: file).response
                if (200..<300).contains(response.status) {
                    let type = response.headers["content-type"]
                    guard let fault = Self.fault(in: file, type, expected) else { return type }
                    try file.restart()
                    (failure, error) = (.malformed, fault)
                } else {
                    // 416: the server's file ends where ours does, or before; which of them is whole nobody says.
                    if response.status == 416 { try file.restart() }
                    failure = response.status == 416 && before > 0 ? .malformed : CallFailure(response)
                    error = Self.downloadError(response)
                }
            } catch let lost {
                failure = .transport(lost.reason, lost.delivery)
                error = FalError(lost, endpoint: nil, requestID: nil)
            }
            // A large file over a bad line: what counts is that it goes on.
            if file.size >= before + Self.progress { (start, attempt) = (.now, 1) }
            try await prepareRetry(call, attempt, since: start, failure, error)
            attempt += 1
        }
    }

    /// Bytes that make another attempt the first again.
    private static let progress = 64 << 10

    private static func fault(
        in file: DownloadFile, _ contentType: String?, _ expected: ExpectedContent
    ) -> FalError? {
        guard case .picture = expected else { return nil }
        return fault(size: file.size, contentType, read: file.bytes(at:count:))
    }

    /// Why the bytes are not the picture that was expected.
    private static func fault(
        size: Int, _ contentType: String?, read: (_ offset: Int, _ count: Int) -> [UInt8]
    ) -> FalError? {
        if let header = PictureHeader(size: size, read: read) {
            if header.isWhole { return nil }
            return FalError(.malformedResponse, "the picture ends in the middle, after \(size) bytes")
        }
        let type = contentType?.lowercased() ?? ""
        let isOther = type.hasPrefix("image/") || type.hasPrefix("video/")
        if size > 0, isOther, PictureFormat(contentType: type) == nil { return nil }
        let what = size == 0 ? "nothing" : "\(size) bytes that are none (\(contentType ?? "no content type"))"
        return FalError(.malformedResponse, "a picture was expected, and the server sent \(what)")
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

    private func writeDataURI(
        _ text: String, to path: String, _ expected: ExpectedContent
    ) throws(FalError) -> FalDownload {
        let uri = try DataURI(text)
        guard uri.bytes.count <= settings.maximumDownloadSize else {
            throw FalError(.malformedResponse, "the data URI is larger than \(settings.maximumDownloadSize) bytes")
        }
        if case .picture = expected {
            let fault = Self.fault(size: uri.bytes.count, uri.contentType) { offset, count in
                Array(uri.bytes.dropFirst(offset).prefix(count))
            }
            if let fault { throw fault }
        }
        try uri.save(to: path)
        return FalDownload(path: path, size: uri.bytes.count, contentType: uri.contentType)
    }
}
