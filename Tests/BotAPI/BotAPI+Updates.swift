package import JSON

/// Updates and the two ways to get them. https://core.telegram.org/bots/api#getting-updates
extension BotAPI {
    /// Adds an update; the members of `update` without its id. Returns the id.
    @discardableResult
    package func enqueue(_ update: JSONObject) -> Int {
        let id = nextUpdate
        nextUpdate += 1
        var whole: JSONObject = ["update_id": .integer(Int64(id))]
        whole.merge(update)
        updates.append(.object(whole))
        endPoll(.updates)
        startDelivering()
        return id
    }

    /// A person writes; the chat exists from then on.
    @discardableResult
    package func enqueueMessage(_ text: String, chat: Int, language: String? = nil) -> Int {
        addChat(chat)
        let message = nextMessage
        nextMessage += 1
        return enqueue([
            "message": [
                "message_id": .integer(Int64(message)), "date": 1_700_000_000, "chat": Message.chat(chat),
                "from": Self.person(chat, language: language), "text": .string(text),
            ]
        ])
    }

    /// A person presses a button below a message.
    @discardableResult
    package func enqueueCallback(_ data: String, chat: Int, message: Int) -> Int {
        let query = "query-\(nextUpdate)"
        queries.insert(query)
        return enqueue([
            "callback_query": [
                "id": .string(query), "from": Self.person(chat, language: nil), "data": .string(data),
                "chat_instance": "1",
                "message": [
                    "message_id": .integer(Int64(message)), "date": 1_700_000_000, "chat": Message.chat(chat),
                ],
            ]
        ])
    }

    private static func person(_ chat: Int, language: String?) -> JSONValue {
        var person: JSONObject = [
            "id": .integer(Int64(abs(chat))), "is_bot": false, "first_name": .string("Person \(abs(chat))"),
        ]
        if let language { person.append("language_code", .string(language)) }
        return .object(person)
    }

    /// Updates that nobody confirmed.
    package var openUpdates: Int { updates.count }

    func getUpdates(_ call: APICall) async throws(APIError) -> JSONValue {
        if webhook != nil { throw .webhookIsActive }
        // The newer poll goes on.
        endPoll(.terminated)
        let offset = call.integer("offset") ?? 0
        let limit = min(max(call.integer("limit") ?? 100, 1), 100)
        let timeout = min(max(call.integer("timeout") ?? 0, 0), 50)
        if offset > 0 { updates.removeAll { ($0["update_id"]?.integerValue ?? 0) < offset } }
        if updates.isEmpty, timeout > 0, await waitForUpdates(seconds: timeout) == .terminated {
            throw webhook == nil ? .otherPoll : .conflict("terminated by setWebhook request")
        }
        return .array(Array(updates.prefix(limit)))
    }

    private func waitForUpdates(seconds: Int) async -> PollEnd {
        let id = nextPoll
        nextPoll += 1
        return await withCheckedContinuation { continuation in
            poll = Poll(id: id, continuation: continuation)
            Task(executorPreference: ServerExecutor.shared) {
                try? await Task.sleep(for: .seconds(seconds))
                await self.timeOut(id)
            }
        }
    }

    private func timeOut(_ id: Int) {
        if poll?.id == id { endPoll(.timeout) }
    }

    /// Ends the poll that waits, if one does.
    func endPoll(_ end: PollEnd) {
        let ended = poll
        poll = nil
        ended?.continuation.resume(returning: end)
    }

    package var isPolled: Bool { poll != nil }

    func setWebhook(_ call: APICall) throws(APIError) -> JSONValue {
        let url = call.string("url") ?? ""
        guard !url.isEmpty else { return deleteWebhook(call) }
        let secret = call.string("secret_token") ?? ""
        guard url.hasPrefix("https://") else {
            throw .badRequest("bad webhook: An HTTPS URL must be provided for webhook")
        }
        let authority = url.dropFirst("https://".count).prefix { !"/?#".contains($0) }
        if let colon = authority.lastIndex(of: ":"),
            !["443", "80", "88", "8443"].contains(authority[authority.index(after: colon)...])
        {
            throw .badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        }
        guard secret.utf8.count <= 256 else { throw .badRequest("secret token is too long") }
        guard secret.utf8.allSatisfy({ $0 == 0x2D || $0 == 0x5F || Character(Unicode.Scalar($0)).isLetterOrDigit })
        else { throw .badRequest("secret token contains unallowed characters") }
        webhook = (url, secret)
        if call.isTrue("drop_pending_updates") { updates = [] }
        endPoll(.terminated)
        startDelivering()
        return true
    }

    func deleteWebhook(_ call: APICall) -> JSONValue {
        webhook = nil
        if call.isTrue("drop_pending_updates") { updates = [] }
        return true
    }
}

extension Character {
    fileprivate var isLetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}
