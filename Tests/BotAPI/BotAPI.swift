import Foundation
import JSON

/// The Bot API for one bot: what its chats, updates and files are, and what comes of each call.
package actor BotAPI {
    static let user: JSONValue = [
        "id": 123_456, "is_bot": true, "first_name": "Test", "username": "falhost_test_bot",
    ]

    struct Chat {
        var isBlocked = false
        var messages: [Int: Message] = [:]
    }
    struct Poll {
        let id: Int
        let continuation: CheckedContinuation<PollEnd, Never>
    }
    enum PollEnd { case updates, timeout, terminated }
    struct StoredFile {
        enum Kind { case photo, document }
        let kind: Kind
        let file: UploadedFile
    }

    var chats: [Int: Chat] = [:]
    var files: [String: StoredFile] = [:]
    var queries: Set<String> = []
    var updates: [JSONValue] = []
    var nextUpdate = 1001
    var nextMessage = 1
    var nextFile = 1
    var nextPoll = 1
    var poll: Poll?
    var webhook: (url: String, secret: String)?
    var commands: JSONValue = []
    /// See `deliver(to:)`.
    var deliveryAddress: URL?
    var isDelivering = false
    /// Oldest first.
    package internal(set) var deliveries: [Delivery] = []

    private var faults: [Fault] = []
    /// Until then each call is answered with 429.
    private var floodEnd: ContinuousClock.Instant?
    /// Calls that came although they were told to wait.
    package private(set) var earlyCalls = 0
    package private(set) var sent: [SentCall] = []
    private let folder: URL?
    /// What `/pictures/` serves, as fal's file server would.
    private var pictures: [String: UploadedFile] = [:]

    /// - Parameter folder: where each call is kept as a JSON file, with the files that came with it.
    init(folder: URL?) {
        self.folder = folder
    }

    /// What the connection does with a call.
    enum Outcome: Sendable {
        case answer(status: Int, JSONValue)
        /// Something else than JSON.
        case page(status: Int, type: String, [UInt8])
        /// Ends without an answer.
        case cut
    }

    func take(_ call: APICall) async -> Outcome {
        let time = ContinuousClock.now
        let outcome = await outcome(of: call)
        let (status, answer): (Int, JSONValue) =
            switch outcome {
            case .answer(let status, let answer): (status, answer)
            case .page(let status, _, _): (status, .null)
            case .cut: (0, .null)
            }
        sent.append(SentCall(call: call, time: time, status: status, answer: answer))
        keep(call, status: status, answer: answer)
        return outcome
    }

    /// Serves a picture under `/pictures/`, for bots that send it by its URL.
    package func host(_ name: String, _ bytes: [UInt8], type: String = "image/png") {
        pictures[name] = UploadedFile(name: type, bytes: bytes)
    }

    func picture(_ name: String) -> Outcome {
        guard let file = pictures[name] else { return .page(status: 404, type: "text/plain", []) }
        return .page(status: 200, type: file.name, file.bytes)
    }

    package func order(_ fault: Fault) { faults.append(fault) }

    private func outcome(of call: APICall) async -> Outcome {
        if let left = floodEnd.map({ $0 - .now }), left > .zero {
            earlyCalls += 1
            // Rounded up, as nobody may come before the end.
            return answer(.tooManyRequests(retryAfter: Int(left.components.seconds) + 1))
        }
        switch nextFault(for: call) {
        case nil: return await result(of: call)
        case .tooManyRequests(let seconds):
            floodEnd = .now + .seconds(seconds)
            return answer(.tooManyRequests(retryAfter: seconds))
        case .error(let code, let description): return answer(APIError(code, description))
        case .page(let code):
            return .page(status: code, type: "text/html", Array("<html><h1>\(code)</h1></html>".utf8))
        case .cut: return .cut
        case .lostAnswer:
            _ = await result(of: call)
            return .cut
        case .slow(let seconds):
            try? await Task.sleep(for: .seconds(seconds))
            return await result(of: call)
        case .migrated(let id):
            chats[id] = Chat()
            return answer(
                APIError(
                    400, "Bad Request: group chat was upgraded to a supergroup chat",
                    parameters: ["migrate_to_chat_id": .integer(Int64(id))]))
        }
    }

    private func nextFault(for call: APICall) -> Fault.Kind? {
        for index in faults.indices where faults[index].method == nil || faults[index].method == call.method {
            if faults[index].after > 0 {
                faults[index].after -= 1
                continue
            }
            faults[index].times -= 1
            let kind = faults[index].kind
            if faults[index].times == 0 { faults.remove(at: index) }
            return kind
        }
        return nil
    }

    private func answer(_ error: APIError) -> Outcome { .answer(status: error.code, error.json) }

    private func result(of call: APICall) async -> Outcome {
        do throws(APIError) {
            return .answer(status: 200, ["ok": true, "result": try await run(call)])
        } catch {
            return answer(error)
        }
    }

    private func run(_ call: APICall) async throws(APIError) -> JSONValue {
        switch call.method {
        case "getMe": return Self.user
        case "getUpdates": return try await getUpdates(call)
        case "setWebhook": return try setWebhook(call)
        case "deleteWebhook": return deleteWebhook(call)
        case "getWebhookInfo": return ["url": .string(webhook?.url ?? "")]
        case "setMyCommands":
            commands = call.structure("commands") ?? []
            return true
        case "sendMessage": return try sendMessage(call)
        case "editMessageText": return try editMessageText(call)
        case "deleteMessage": return try deleteMessage(call)
        case "sendPhoto": return try await sendPhoto(call)
        case "sendDocument": return try await sendDocument(call)
        case "sendMediaGroup": return try await sendMediaGroup(call)
        case "sendChatAction": return try sendChatAction(call)
        case "answerCallbackQuery":
            guard queries.remove(call.string("callback_query_id") ?? "") != nil else { throw .oldQuery }
            return true
        case "getFile": return try getFile(call)
        default: throw .methodNotFound
        }
    }

    private func keep(_ call: APICall, status: Int, answer: JSONValue) {
        guard let folder, call.method != "getUpdates" else { return }
        let number = String(format: "%04d", sent.count)
        let record: JSONValue = [
            "method": .string(call.method), "parameters": call.json, "status": .integer(Int64(status)),
            "answer": answer,
        ]
        if let bytes = try? record.serialized(.pretty) {
            try? Data(bytes).write(to: folder.appendingPathComponent("\(number)-\(call.method).json"))
        }
        for file in call.files.values {
            let name = file.name.replacingOccurrences(of: "/", with: "_")
            try? Data(file.bytes).write(to: folder.appendingPathComponent("\(number)-\(name)"))
        }
    }
}
