import JSON

/// Texts, their edits, and what is around them.
extension BotAPI {
    package func addChat(_ id: Int) {
        if chats[id] == nil { chats[id] = Chat() }
    }

    package func block(_ chat: Int, _ isBlocked: Bool = true) {
        addChat(chat)
        chats[chat]?.isBlocked = isBlocked
    }

    /// Makes a message too old to be edited or deleted.
    package func age(_ message: Int, in chat: Int) { chats[chat]?.messages[message]?.isOld = true }

    /// Forgets every file id it gave.
    package func forgetFiles() { files = [:] }

    /// The text that a message shows now.
    package func text(of message: Int, in chat: Int) -> String? {
        guard case .text(let text) = chats[chat]?.messages[message]?.content else { return nil }
        return text.plain
    }

    /// The chat that a call is for, which must exist and let the bot write.
    func chat(_ call: APICall) throws(APIError) -> Int {
        guard let text = call.string("chat_id"), !text.isEmpty else { throw .badRequest("chat_id is empty") }
        guard let id = Int(text), let chat = chats[id] else { throw .chatNotFound }
        if chat.isBlocked {
            throw id < 0 ? .forbidden("bot was kicked from the group chat") : .blocked
        }
        return id
    }

    /// Adds a message to its chat.
    func add(_ content: Message.Content, _ call: APICall, chat: Int, groupID: String? = nil) throws(APIError)
        -> JSONValue
    {
        var message = Message(id: nextMessage, chat: chat, content: content, groupID: groupID)
        message.markup = try markup(call)
        message.replyTo = try replyTo(call, chat: chat)
        nextMessage += 1
        chats[chat]?.messages[message.id] = message
        return message.json
    }

    private func markup(_ call: APICall) throws(APIError) -> JSONValue? {
        guard let markup = call.structure("reply_markup") else { return nil }
        for button in markup["inline_keyboard"]?.arrayValue?.flatMap({ $0.arrayValue ?? [] }) ?? [] {
            guard button["text"]?.stringValue?.isEmpty == false else {
                throw .badRequest(
                    "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
            }
            // Bytes, not characters.
            if let data = button["callback_data"]?.stringValue, !(1...64).contains(data.utf8.count) {
                throw .badRequest("BUTTON_DATA_INVALID")
            }
        }
        return markup
    }

    private func replyTo(_ call: APICall, chat: Int) throws(APIError) -> Int? {
        guard let reply = call.structure("reply_parameters"), let id = reply["message_id"]?.integerValue else {
            return nil
        }
        if chats[chat]?.messages[Int(id)] != nil { return Int(id) }
        guard reply["allow_sending_without_reply"]?.boolValue == true else {
            throw .badRequest("message to be replied not found")
        }
        return nil
    }

    func sendMessage(_ call: APICall) throws(APIError) -> JSONValue {
        let chat = try chat(call)
        return try add(.text(try text(call)), call, chat: chat)
    }

    private func text(_ call: APICall) throws(APIError) -> StyledText {
        let text = try StyledText(call, "text")
        if text.plain.isEmpty { throw .badRequest("message text is empty") }
        if text.length > 4096 { throw .badRequest("message is too long") }
        return text
    }

    func editMessageText(_ call: APICall) throws(APIError) -> JSONValue {
        let chat = try chat(call)
        let id = call.integer("message_id") ?? 0
        guard var message = chats[chat]?.messages[id] else { throw .badRequest("message to edit not found") }
        guard !message.isOld, case .text(let old) = message.content else {
            throw .badRequest("message can't be edited")
        }
        let new = try text(call)
        let markup = try markup(call)
        if old == new, message.markup == markup { throw .notModified }
        message.content = .text(new)
        message.markup = markup
        chats[chat]?.messages[id] = message
        return message.json
    }

    func deleteMessage(_ call: APICall) throws(APIError) -> JSONValue {
        let chat = try chat(call)
        let id = call.integer("message_id") ?? 0
        guard let message = chats[chat]?.messages[id] else { throw .badRequest("message to delete not found") }
        if message.isOld { throw .badRequest("message can't be deleted") }
        chats[chat]?.messages[id] = nil
        return true
    }

    func sendChatAction(_ call: APICall) throws(APIError) -> JSONValue {
        _ = try chat(call)
        let actions = ["typing", "upload_photo", "upload_document", "choose_sticker", "find_location"]
        guard actions.contains(call.string("action") ?? "") else {
            throw .badRequest("wrong parameter action in request")
        }
        return true
    }
}
