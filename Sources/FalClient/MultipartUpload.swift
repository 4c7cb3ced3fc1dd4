import EventLoop
import HTTPTransport
import JSON

/// An upload in parts, a few side by side (facts: uploads §4.2).
@LoopActor
struct MultipartUpload {
    let client: FalClient
    let content: UploadContent
    let size: Int
    let type: String
    let target: FalClient.UploadTarget
    /// How far it is, where somebody goes on with it should it end early.
    var partial: PartialUpload?
    /// Told of `partial` after each part.
    var note: (@LoopActor (PartialUpload) async throws(FalError) -> Void)?

    private typealias Part = (number: Int, etag: String)

    func run() async throws(FalError) {
        guard let address = WebAddress(target.uploadURL) else { return }
        let (path, query) = address.pathAndQuery
        let base = address.origin + path
        let parts = try await sendAll { "\(base)/\($0)\(query)" }
        try await complete("\(base)/complete\(query)", parts)
    }

    private func sendAll(_ url: @escaping @Sendable (Int) -> String) async throws(FalError) -> [Part] {
        let count = (size + partSize - 1) / partSize
        var partial = partial
        let known = (partial?.etags ?? [:]).filter { $0.key <= count }.map { (number: $0.key, etag: $0.value) }
        var missing = (1...count).filter { partial?.etags[$0] == nil }.makeIterator()
        let result: Result<[Part], FalError> = await withTaskGroup(of: Result<Part, FalError>.self) { group in
            func startNext() {
                guard let next = missing.next() else { return }
                group.addTask { await self.result(ofPart: next, url(next)) }
            }
            for _ in 0..<client.settings.parallelParts { startNext() }
            var parts: [Part] = known
            for await result in group {
                do throws(FalError) {
                    let part = try result.get()
                    parts.append(part)
                    partial?.etags[part.number] = part.etag
                    if let partial { try await note?(partial) }
                } catch {
                    group.cancelAll()
                    return .failure(error)
                }
                startNext()
            }
            return .success(parts.sorted { $0.number < $1.number })
        }
        return try result.get()
    }

    /// A begun upload keeps the size that it was begun with.
    private var partSize: Int { partial?.partSize ?? client.settings.partSize }

    private func result(ofPart number: Int, _ url: String) async -> Result<Part, FalError> {
        let start = (number - 1) * partSize
        let range = start..<min(start + partSize, size)
        do throws(FalError) {
            let response = try await client.put(content.part(range), to: url, type)
            let etag = (try? JSONValue(parsing: response.body))?["etag"]?.stringValue ?? response.headers["etag"]
            guard let etag else {
                throw FalError(.malformedResponse, "fal's answer to part \(number) of the upload has no etag")
            }
            return .success((number, etag))
        } catch {
            return .failure(error)
        }
    }

    private func complete(_ url: String, _ parts: [Part]) async throws(FalError) {
        let list = parts.map { JSONValue.object(["partNumber": .integer(Int64($0.number)), "etag": .string($0.etag)]) }
        var request = client.plainRequest(.post, url)
        request.headers["Content-Type"] = "application/json"
        do {
            request.body = .bytes(try JSONValue.object(["parts": .array(list)]).serialized())
        } catch {
            throw FalError(.malformedResponse, "the list of parts cannot be written: \(error)")
        }
        _ = try await client.perform(FalCall(operation: .storage, request: request)) { response in
            (200..<300).contains(response.status) ? response : nil
        }
    }
}
