import JSON

/// A message that a chat has.
struct Message {
    enum Content: Equatable {
        case text(StyledText)
        case photo(fileID: String, PictureDimensions, size: Int, caption: StyledText)
        case document(fileID: String, name: String, size: Int, caption: StyledText)
    }
    let id: Int
    let chat: Int
    var content: Content
    var markup: JSONValue?
    var replyTo: Int?
    var groupID: String?
    /// It is too old to be edited or deleted.
    var isOld = false

    var json: JSONValue {
        var object: JSONObject = [
            "message_id": .integer(Int64(id)), "date": 1_700_000_000, "chat": Self.chat(chat),
            "from": BotAPI.user,
        ]
        switch content {
        case .text(let text):
            object.append("text", .string(text.plain))
        case .photo(let fileID, let dimensions, let size, let caption):
            // The last is the largest.
            object.append(
                "photo",
                [
                    Self.file("small-" + fileID, 1000, dimensions: (90, 90)),
                    Self.file(fileID, size, dimensions: (dimensions.width, dimensions.height)),
                ])
            if !caption.plain.isEmpty { object.append("caption", .string(caption.plain)) }
        case .document(let fileID, let name, let size, let caption):
            var file = Self.file(fileID, size, dimensions: nil).objectValue ?? [:]
            file.append("file_name", .string(name))
            object.append("document", .object(file))
            if !caption.plain.isEmpty { object.append("caption", .string(caption.plain)) }
        }
        if let markup { object.append("reply_markup", markup) }
        if let groupID { object.append("media_group_id", .string(groupID)) }
        if let replyTo { object.append("reply_to_message", ["message_id": .integer(Int64(replyTo))]) }
        return .object(object)
    }

    static func chat(_ id: Int) -> JSONValue {
        ["id": .integer(Int64(id)), "type": .string(id < 0 ? "group" : "private")]
    }

    private static func file(_ id: String, _ size: Int, dimensions: (Int, Int)?) -> JSONValue {
        var object: JSONObject = [
            "file_id": .string(id), "file_unique_id": .string("u" + id), "file_size": .integer(Int64(size)),
        ]
        if let (width, height) = dimensions {
            object.append("width", .integer(Int64(width)))
            object.append("height", .integer(Int64(height)))
        }
        return .object(object)
    }
}
