internal import HTTPTransport

/// What a server says of a file without sending it.
package struct FileMark: Sendable, Equatable {
    /// In bytes; nil where it is not told.
    package let size: Int64?
    /// The ETag, else Last-Modified (RFC 9110 §8.8); another one means another file, the same one does not prove the same.
    package let validator: String?

    package init(size: Int64?, validator: String?) {
        self.size = size
        self.validator = validator
    }
}

/// What came of asking for a file's mark.
package enum FileAnswer: Sendable, Equatable {
    case there(FileMark)
    /// The server says that there is no such file (404, 410).
    case gone
    /// No verdict, and why.
    case silent(reason: String)

    package var mark: FileMark? {
        if case .there(let mark) = self { mark } else { nil }
    }
}

extension FalClient {
    /// Asks for a file's mark by HEAD, once and without the key.
    package func file(at url: String, within limit: Duration) async -> FileAnswer {
        guard WebAddress(url) != nil else { return .silent(reason: "not an http or https address") }
        var request = plainRequest(.head, url)
        request.maximumRedirects = 5
        request.deadlines.total = limit
        do throws(TransportError) {
            return FileAnswer(try await transport.send(request))
        } catch {
            return .silent(reason: FalError(error, endpoint: nil, requestID: nil).message)
        }
    }
}

extension FileAnswer {
    init(_ response: HTTPResponse) {
        switch response.status {
        case 200..<300:
            // The length of an encoded answer is not the file's.
            let isWhole = response.headers["Content-Encoding"] == nil
            let size = isWhole ? response.headers["Content-Length"].flatMap { Int64($0) } : nil
            self = .there(
                FileMark(size: size, validator: response.headers["ETag"] ?? response.headers["Last-Modified"]))
        case 404, 410: self = .gone
        default: self = .silent(reason: "the server answers HEAD with \(response.status)")
        }
    }
}
