import JSON

/// Photos, documents and albums. https://core.telegram.org/bots/api#sending-files
extension BotAPI {
    private static let largestByURL = 5 << 20
    private static let largestPhoto = 10 << 20

    /// A file that a call names: one that it brings, one that the server has, or one at a URL.
    private enum Source {
        case known(id: String, UploadedFile)
        case new(UploadedFile)
    }

    func sendPhoto(_ call: APICall) async throws(APIError) -> JSONValue {
        let chat = try chat(call)
        let caption = try caption(StyledText(call, "caption"))
        let source = try await source(call.string("photo"), part: "photo", kind: .photo, call)
        return try add(try photo(source, caption), call, chat: chat)
    }

    func sendDocument(_ call: APICall) async throws(APIError) -> JSONValue {
        let chat = try chat(call)
        let caption = try caption(StyledText(call, "caption"))
        let source = try await source(call.string("document"), part: "document", kind: .document, call)
        let (id, file) = store(source, .document)
        return try add(
            .document(fileID: id, name: file.name, size: file.bytes.count, caption: caption), call, chat: chat)
    }

    func sendMediaGroup(_ call: APICall) async throws(APIError) -> JSONValue {
        let chat = try chat(call)
        let media = call.structure("media")?.arrayValue ?? []
        if media.isEmpty { throw .badRequest("there are no messages to send") }
        if media.count > 10 { throw .badRequest("too many messages to send as an album") }
        var contents: [Message.Content] = []
        for (index, item) in media.enumerated() {
            do throws(APIError) {
                let caption = try caption(
                    StyledText(item["caption"]?.stringValue ?? "", mode: item["parse_mode"]?.stringValue))
                let source = try await source(item["media"]?.stringValue, part: nil, kind: .photo, call)
                contents.append(try photo(source, caption))
            } catch {
                let text = error.description.dropFirst("Bad Request: ".count)
                throw .badRequest("failed to send message #\(index + 1) with the error message \"\(text)\"")
            }
        }
        var messages: [JSONValue] = []
        for content in contents { messages.append(try add(content, call, chat: chat, groupID: "album-\(nextMessage)")) }
        return .array(messages)
    }

    private func caption(_ text: StyledText) throws(APIError) -> StyledText {
        if text.length > 1024 { throw .badRequest("message caption is too long") }
        return text
    }

    private func photo(_ source: Source, _ caption: StyledText) throws(APIError) -> Message.Content {
        let file: UploadedFile =
            switch source {
            case .known(_, let file), .new(let file): file
            }
        if file.bytes.count > Self.largestPhoto { throw .tooBigForPhoto(file.bytes.count) }
        guard let dimensions = PictureDimensions(file.bytes) else { throw .noPicture }
        guard dimensions.fitPhoto else { throw .badDimensions }
        return .photo(fileID: store(source, .photo).id, dimensions, size: file.bytes.count, caption: caption)
    }

    private func store(_ source: Source, _ kind: StoredFile.Kind) -> (id: String, UploadedFile) {
        switch source {
        case .known(let id, let file): return (id, file)
        case .new(let file):
            let id = "file-\(nextFile)"
            nextFile += 1
            files[id] = StoredFile(kind: kind, file: file)
            return (id, file)
        }
    }

    private func source(
        _ value: String?, part: String?, kind: StoredFile.Kind, _ call: APICall
    ) async throws(APIError) -> Source {
        if let part, let file = call.files[part] { return .new(file) }
        guard let value, !value.isEmpty else {
            throw .badRequest("there is no \(kind == .photo ? "photo" : "document") in the request")
        }
        if value.hasPrefix("attach://") {
            guard let file = call.files[String(value.dropFirst("attach://".count))] else { throw .wrongFile }
            return .new(file)
        }
        if value.hasPrefix("http://") || value.hasPrefix("https://") { return .new(try await fetch(value, kind)) }
        guard let stored = files[value] else { throw .wrongFile }
        guard stored.kind == kind else {
            throw .badRequest(
                "can't use file of type \(stored.kind == .photo ? "Photo" : "Document") as "
                    + (kind == .photo ? "Photo" : "Document"))
        }
        return .known(id: value, stored.file)
    }

    private func fetch(_ url: String, _ kind: StoredFile.Kind) async throws(APIError) -> UploadedFile {
        guard let page = try? await LoopbackPage.fetch(url), page.status == 200, page.body.count <= Self.largestByURL
        else { throw .noContent }
        // By URL only photos, and of documents GIF, PDF and ZIP.
        let types = kind == .photo ? ["image/"] : ["image/gif", "application/pdf", "application/zip"]
        guard types.contains(where: { page.contentType.hasPrefix($0) }) else { throw .wrongContent }
        return UploadedFile(name: url.split(separator: "/").last.map(String.init) ?? "file", bytes: page.body)
    }

    func getFile(_ call: APICall) throws(APIError) -> JSONValue {
        guard let id = call.string("file_id"), let stored = files[id] else {
            throw .badRequest("wrong file_id or the file is temporarily unavailable")
        }
        return [
            "file_id": .string(id), "file_unique_id": .string("u" + id),
            "file_size": .integer(Int64(stored.file.bytes.count)), "file_path": .string("files/" + id),
        ]
    }
}
