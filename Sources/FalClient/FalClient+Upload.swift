import EventLoop
import HTTPTransport
import JSON

extension FalClient {
    /// Uploads to fal's storage and returns the URL to use in arguments (facts: uploads §4.2).
    ///
    /// The bytes go to the URL that fal names, without the key; large files in parts.
    package func upload(
        _ content: UploadContent, fileName: String? = nil, contentType: String? = nil
    ) async throws(FalError) -> String {
        let size = try content.size()
        let name = fileName ?? content.name ?? "file"
        let type = contentType ?? ContentType.ofFile(named: name)
        guard type.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw FalError(.validation, "a content type is made of printable ASCII characters", field: "content_type")
        }
        do throws(FalError) {
            return try await send(content, size, name, type)
        } catch {
            // An upload URL may serve once: after a PUT whose answer was lost it is gone, and a new one is needed.
            guard error.code == .expired else { throw error }
            return try await send(content, size, name, type)
        }
    }

    private func send(
        _ content: UploadContent, _ size: Int, _ name: String, _ type: String
    ) async throws(FalError) -> String {
        let isLarge = size > settings.multipartThreshold
        let target = try await initiate(isLarge ? "initiate-multipart" : "initiate", name, type)
        if isLarge {
            try await MultipartUpload(client: self, content: content, size: size, type: type, target: target).run()
        } else {
            try await put(content.body, to: target.uploadURL, type)
        }
        return target.fileURL
    }

    struct UploadTarget {
        let uploadURL: String
        let fileURL: String
    }

    func initiate(_ action: String, _ name: String, _ type: String) async throws(FalError) -> UploadTarget {
        let url = "\(hosts.storage)/storage/upload/\(action)?storage_type=fal-cdn-v3"
        let request = try apiRequest(
            .post, url, json: ["content_type": .string(type), "file_name": .string(name)])
        let call = FalCall(operation: .storage, request: request)
        return try await perform(call) { (response) throws(FalError) in
            guard let reply = try self.json(in: response, of: call) else { return nil }
            guard let uploadURL = reply["upload_url"]?.stringValue, let fileURL = reply["file_url"]?.stringValue,
                let address = WebAddress(uploadURL), address.scheme == .https || address.isLoopback
            else {
                throw call.error(.malformedResponse, "fal's answer to the upload has no usable upload_url and file_url")
            }
            return UploadTarget(uploadURL: uploadURL, fileURL: fileURL)
        }
    }

    /// Sends bytes to storage, without the key; the answer is fal's or its CDN's.
    @discardableResult
    func put(_ body: HTTPRequest.Body, to url: String, _ type: String) async throws(FalError) -> HTTPResponse {
        var request = plainRequest(.put, url)
        request.headers["Content-Type"] = type
        request.body = body
        // A slow line may take its time as long as bytes flow.
        request.deadlines.total = nil
        return try await perform(FalCall(operation: .storage, request: request)) { response in
            (200..<300).contains(response.status) ? response : nil
        }
    }
}
