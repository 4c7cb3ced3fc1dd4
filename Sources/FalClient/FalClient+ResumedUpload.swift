import EventLoop
import HTTPTransport

extension FalClient {
    /// Uploads a large file so that a process that ends early can be followed by another one; small files go at once.
    ///
    /// - Parameters:
    ///   - begun: how far an earlier process came with the same bytes; where fal has none of it any more the upload begins
    ///     anew.
    ///   - note: told when an upload in parts has begun, and after each part.
    package func upload(
        _ content: UploadContent, fileName: String, contentType: String, from begun: PartialUpload?,
        note: @escaping @LoopActor (PartialUpload) async throws(FalError) -> Void
    ) async throws(FalError) -> String {
        let size = try content.size()
        guard size > settings.multipartThreshold else {
            return try await upload(content, fileName: fileName, contentType: contentType)
        }
        if let begun, let address = WebAddress(begun.uploadURL), address.scheme == .https || address.isLoopback {
            do throws(FalError) {
                return try await proceed(begun, content, size, contentType, note)
            } catch {
                switch error.code {
                case .cancelled, .network, .timeout, .storage, .serverError, .rateLimited: throw error
                default: break
                }
            }
        }
        let target = try await initiate("initiate-multipart", fileName, contentType)
        let new = PartialUpload(
            uploadURL: target.uploadURL, fileURL: target.fileURL, partSize: settings.partSize)
        try await note(new)
        return try await proceed(new, content, size, contentType, note)
    }

    private func proceed(
        _ partial: PartialUpload, _ content: UploadContent, _ size: Int, _ type: String,
        _ note: @escaping @LoopActor (PartialUpload) async throws(FalError) -> Void
    ) async throws(FalError) -> String {
        let target = UploadTarget(uploadURL: partial.uploadURL, fileURL: partial.fileURL)
        var upload = MultipartUpload(client: self, content: content, size: size, type: type, target: target)
        upload.partial = partial
        upload.note = note
        try await upload.run()
        return partial.fileURL
    }

    /// Whether a file is still at an address; asks for no more than its first byte, without the key.
    package func hasFile(at url: String) async throws(FalError) -> Bool {
        guard WebAddress(url) != nil else { return false }
        if let answer = try await answer(.head, url) { return answer }
        // A server that knows no HEAD.
        return try await answer(.get, url) ?? false
    }

    /// Nil where the server does not take the method.
    private func answer(_ method: HTTPRequest.Method, _ url: String) async throws(FalError) -> Bool? {
        var request = plainRequest(method, url)
        request.maximumRedirects = 5
        if method == .get { request.headers["Range"] = "bytes=0-0" }
        return try await perform(FalCall(operation: .download, request: request)) { response -> Bool?? in
            switch response.status {
            case 200..<300: .some(true)
            case 401, 403, 404, 410: .some(false)
            case 405, 501: .some(nil)
            default: nil
            }
        }
    }
}
