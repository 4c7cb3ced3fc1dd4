import Foundation
import JSON

/// What a test in another process orders and reads, under `/admin/`.
extension BotAPI {
    /// - `POST message`: `{"chat": 7, "text": "/start", "language": "ru"}`; a person writes
    /// - `POST callback`: `{"chat": 7, "message": 3, "data": "x"}`; a person presses a button
    /// - `POST update`: any update without its id
    /// - `POST fault`: see `Fault.init(_:)`
    /// - `POST block`: `{"chat": 7, "blocked": true}`
    /// - `POST deliver`: `{"url": "http://127.0.0.1:8081/telegram"}`; see `deliver(to:)`
    /// - `GET sent`: what was called, without getUpdates
    func administer(_ path: String, _ body: [UInt8]) -> Outcome {
        let json = (try? JSONValue(parsing: body)) ?? .null
        let chat = json["chat"]?.integerValue.map(Int.init)
        switch (path, chat) {
        case ("message", let chat?):
            let id = enqueueMessage(
                json["text"]?.stringValue ?? "", chat: chat, language: json["language"]?.stringValue)
            return done(["update_id": .integer(Int64(id))])
        case ("callback", let chat?):
            let id = enqueueCallback(
                json["data"]?.stringValue ?? "", chat: chat, message: Int(json["message"]?.integerValue ?? 0))
            return done(["update_id": .integer(Int64(id))])
        case ("block", let chat?):
            block(chat, json["blocked"]?.boolValue ?? true)
            return done(true)
        case ("deliver", _):
            guard let address = json["url"]?.stringValue.flatMap({ URL(string: $0) }) else { break }
            deliver(to: address)
            return done(true)
        case ("update", _):
            guard let update = json.objectValue else { break }
            return done(["update_id": .integer(Int64(enqueue(update)))])
        case ("fault", _):
            guard let fault = Fault(json) else { break }
            order(fault)
            return done(true)
        case ("sent", _):
            let calls = sent.filter { $0.method != "getUpdates" }.map { sent -> JSONValue in
                [
                    "method": .string(sent.method), "parameters": sent.call.json,
                    "status": .integer(Int64(sent.status)), "answer": sent.answer,
                ]
            }
            return done(.array(calls))
        default: break
        }
        return .answer(status: 400, ["ok": false, "description": .string("no such order: \(path)")])
    }

    private func done(_ result: JSONValue) -> Outcome { .answer(status: 200, ["ok": true, "result": result]) }
}
