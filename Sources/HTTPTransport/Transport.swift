package import EventLoop

/// Sends HTTP requests; everything runs on the loop. Cancelling the calling task removes the transfer at once.
@LoopActor
package protocol Transport: AnyObject, Sendable {
    /// Sends a request and collects the response, whatever its status.
    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse

    /// Sends a request and returns when the response's head is there; its body follows in chunks.
    func stream(_ request: HTTPRequest) async throws(TransportError) -> any HTTPResponseStream

    /// Sends a request and writes a 2xx body into `file`, which the caller ends with `finish()` or `discard()`.
    ///
    /// A file that has the beginning already is continued where the server still has the same one (`Range`, `If-Range`),
    /// else begun anew. What came before an error stays in it. A response of another status is not written; its body (at
    /// most 64 KiB) is returned, else the body is empty. `size` in the result is the file's.
    func download(_ request: HTTPRequest, into file: DownloadFile) async throws(TransportError) -> HTTPDownload
}

extension Transport {
    /// Sends a request and writes a 2xx body to `path`: first beside it under a temporary name, then by rename.
    ///
    /// Nothing is left behind when it fails.
    package func download(_ request: HTTPRequest, to path: String) async throws(TransportError) -> HTTPDownload {
        let file = try DownloadFile(path: path)
        do throws(TransportError) {
            let result = try await download(request, into: file)
            if (200..<300).contains(result.response.status) { try file.finish() } else { file.discard() }
            return result
        } catch {
            file.discard()
            throw error
        }
    }
}

/// A response whose body is read as it comes.
@LoopActor
package protocol HTTPResponseStream: AnyObject {
    var head: HTTPResponseHead { get }

    /// The next bytes of the body, nil at its end. The transfer pauses while nobody asks and much is waiting.
    func next() async throws(TransportError) -> [UInt8]?

    /// Ends the transfer; `next()` gives nil from then on. Dropping the last reference does the same.
    func cancel()

    /// Drops the rest of the body, but lets it come to its end for so long, so that the connection can be used again.
    func finish(within grace: Duration)
}

/// What became of a download.
package struct HTTPDownload: Sendable {
    package let response: HTTPResponse
    /// Bytes written to the file; 0 when the status was not 2xx.
    package let size: Int

    package init(response: HTTPResponse, size: Int) {
        self.response = response
        self.size = size
    }
}
