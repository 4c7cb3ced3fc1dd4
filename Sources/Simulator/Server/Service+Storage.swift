import JSON
import NIOCore
import NIOHTTP1
import NIOPosix

/// fal's storage and CDN: uploads in both ways its clients know, downloads of uploads and of generated files.
extension Service {
    func store(_ request: Request, _ action: Route.StorageAction) -> Handling {
        switch action {
        case .file(let id, let name, let rest): return file(request, id: id, name: name, rest: rest)
        default:
            guard request.method == .POST else { return .reply(Self.methodNotAllowed) }
        }
        switch action {
        case .token: return .reply(token())
        case .upload: return .reply(upload(request))
        case .beginMultipart: return .reply(beginMultipart(request))
        case .initiate: return .reply(initiate(request, path: ""))
        case .initiateMultipart: return .reply(initiate(request, path: "/multipart/upload"))
        case .file: return .reply(Self.methodNotAllowed)
        }
    }

    private func token() -> Reply {
        let now = Timestamp.now
        return Reply(json: [
            "token": .string("simulated-\(nextID())"), "token_type": "Bearer", "base_url": .string(baseURL),
            "created_at": .string(now.description),
            "expires_at": .string(now.advanced(seconds: 30 * 86400).description),
        ])
    }

    private func upload(_ request: Request) -> Reply {
        let id = nextID()
        let name = Self.fileName(request.headers.first(name: "x-fal-file-name"))
        files.put(request.body ?? ByteBuffer(), name: name, contentType: Self.contentType(request), id: id)
        return Reply(json: ["access_url": .string(fileURL(id, name)), "uploaded": true])
    }

    private func beginMultipart(_ request: Request) -> Reply {
        let id = nextID()
        let name = Self.fileName(request.headers.first(name: "x-fal-file-name"))
        files.announce(name: name, contentType: Self.contentType(request), id: id)
        return Reply(json: ["access_url": .string(fileURL(id, name)), "uploadId": .string(id.description)])
    }

    private func initiate(_ request: Request, path: String) -> Reply {
        let type = request.parameter("storage_type")
        guard type == nil || type == "fal-cdn-v3" else { return .detail(400, "Invalid storage type") }
        guard let bytes = request.body, let input = try? JSONValue(parsing: Array(bytes.readableBytesView)),
            let name = input["file_name"]?.stringValue
        else {
            return .modelErrors(
                [ModelError(type: "missing", location: ["body", "file_name"], message: "Field required")],
                requestID: nil)
        }
        let id = nextID()
        let clean = Self.fileName(name)
        let contentType = input["content_type"]?.stringValue ?? "application/octet-stream"
        files.announce(name: clean, contentType: contentType, id: id)
        let url = fileURL(id, clean)
        return Reply(json: ["upload_url": .string(url + path), "file_url": .string(url)])
    }

    /// `GET` and `PUT` of a file, `PUT …/multipart/{upload}/{number}`, `POST …/multipart/{upload}/complete`.
    private func file(_ request: Request, id: Substring, name: Substring, rest: [Substring]) -> Handling {
        guard let id = RequestID(id) else { return .reply(Self.fileNotFound) }
        switch (request.method, rest.count) {
        case (.GET, 0), (.HEAD, 0): return download(request, id, name: name)
        case (.PUT, 0):
            let isKnown = files.complete(id, bytes: request.body ?? ByteBuffer())
            return .reply(isKnown ? Reply(json: [:]) : Self.fileNotFound)
        case (.PUT, 3) where rest[0] == "multipart": return .reply(putPart(request, id: id, number: rest[2]))
        case (.POST, 3) where rest[0] == "multipart" && rest[2] == "complete":
            return .reply(completeParts(request, id: id))
        default: return .reply(Self.methodNotAllowed)
        }
    }

    private func putPart(_ request: Request, id: RequestID, number: Substring) -> Reply {
        guard let number = Int(number), 1...10_000 ~= number else {
            return .detail(400, "A part's number is from 1 to 10000")
        }
        switch files.putPart(number, bytes: request.body ?? ByteBuffer(), id: id) {
        case .unknown: return Self.fileNotFound
        case .tooLarge:
            return .detail(413, "The parts are larger than the \(configuration.keptUploadBytes) bytes that are kept")
        case nil: break
        }
        let tag = "\"part-\(number)\""
        var reply = Reply(json: ["partNumber": .integer(Int64(number)), "etag": .string(tag)])
        reply.headers.append(("etag", tag))
        return reply
    }

    private func completeParts(_ request: Request, id: RequestID) -> Reply {
        let input = request.body.flatMap { try? JSONValue(parsing: Array($0.readableBytesView)) }
        let parts = input?["parts"]?.arrayValue ?? []
        let numbers = parts.compactMap { $0["partNumber"]?.integerValue }.map(Int.init)
        guard parts.count == numbers.count, files.completeParts(numbers, id: id) else {
            return .detail(400, "The parts do not make a file: one is missing, or the list is empty")
        }
        return Reply(json: [:])
    }

    private func download(_ request: Request, _ id: RequestID, name: Substring) -> Handling {
        let tag = "\"\(id)-\(name)\""
        if let file = files[id] {
            var reply = Reply(body: file.bytes)
            reply.contentType = file.contentType
            return .reply(reply.part(for: request, tag: tag))
        }
        if let model = jobs.trained[id] {
            guard let file = TrainedFile(rawValue: String(name)) else { return .reply(Self.fileNotFound) }
            var reply = Reply(body: ByteBuffer(bytes: file.bytes(of: model)))
            reply.contentType = file.contentType
            return .reply(reply.part(for: request, tag: tag))
        }
        guard let job = jobs[id] else { return .reply(Self.fileNotFound) }
        switch outcome(of: job) {
        case .images(let images):
            guard let number = name.split(separator: ".").first.flatMap({ Int($0) }),
                let picture = images.picture(number, endpoint: job.origin.endpoint)
            else { return .reply(Self.fileNotFound) }
            return .later(
                pool.runIfActive(eventLoop: loop) {
                    var reply = Reply(body: ByteBuffer(bytes: picture.encoded()))
                    reply.contentType = picture.format.contentType
                    return reply.part(for: request, tag: tag)
                })
        case .loraFiles, .finetune, .refused, .failed: return .reply(Self.fileNotFound)
        }
    }

    static let fileNotFound = Reply.detail(404, "File not found")

    private func fileURL(_ id: RequestID, _ name: String) -> String { "\(baseURL)/files/b/\(id)/\(name)" }

    private static func contentType(_ request: Request) -> String {
        let type = request.headers.first(name: "content-type") ?? "application/octet-stream"
        // It goes back as a header.
        return type.utf8.allSatisfy { 0x20..<0x7F ~= $0 } ? type : "application/octet-stream"
    }

    /// Letters, digits, dot, dash and underscore stay; everything else, also a path's slashes, becomes an underscore.
    private static func fileName(_ name: String?) -> String {
        guard let name, !name.isEmpty else { return "file" }
        return String(
            name.unicodeScalars.suffix(120).map { scalar in
                let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
                return isPlain || scalar == "." || scalar == "-" ? Character(scalar) : "_"
            })
    }
}
