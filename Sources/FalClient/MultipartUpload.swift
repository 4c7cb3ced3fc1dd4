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

    private typealias Part = (number: Int, etag: String)

    func run() async throws(FalError) {
        guard let address = WebAddress(target.uploadURL) else { return }
        let (path, query) = address.pathAndQuery
        let base = address.origin + path
        let parts = try await sendAll { "\(base)/\($0)\(query)" }
        try await complete("\(base)/complete\(query)", parts)
    }

    private func sendAll(_ url: @escaping @Sendable (Int) -> String) async throws(FalError) -> [Part] {
        let count = (size + client.settings.partSize - 1) / client.settings.partSize
        let result: Result<[Part], FalError> = await withTaskGroup(of: Result<Part, FalError>.self) { group in
            var next = 1
            while next <= min(count, client.settings.parallelParts) {
                group.addTask { [next] in await self.result(ofPart: next, url(next)) }
                next += 1
            }
            var parts: [Part] = []
            for await result in group {
                switch result {
                case .failure(let error):
                    group.cancelAll()
                    return .failure(error)
                case .success(let part): parts.append(part)
                }
                guard next <= count else { continue }
                group.addTask { [next] in await self.result(ofPart: next, url(next)) }
                next += 1
            }
            return .success(parts.sorted { $0.number < $1.number })
        }
        return try result.get()
    }

    private func result(ofPart number: Int, _ url: String) async -> Result<Part, FalError> {
        let start = (number - 1) * client.settings.partSize
        let range = start..<min(start + client.settings.partSize, size)
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
