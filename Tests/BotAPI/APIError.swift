import JSON

/// An error of the Bot API with the words of its server, https://github.com/tdlib/telegram-bot-api.
struct APIError: Error {
    let code: Int
    let description: String
    var parameters: JSONObject = [:]

    init(_ code: Int, _ description: String, parameters: JSONObject = [:]) {
        (self.code, self.description, self.parameters) = (code, description, parameters)
    }

    static func badRequest(_ text: String) -> APIError { APIError(400, "Bad Request: " + text) }
    static func forbidden(_ text: String) -> APIError { APIError(403, "Forbidden: " + text) }
    static func conflict(_ text: String) -> APIError { APIError(409, "Conflict: " + text) }

    static func tooManyRequests(retryAfter seconds: Int) -> APIError {
        APIError(
            429, "Too Many Requests: retry after \(seconds)", parameters: ["retry_after": .integer(Int64(seconds))])
    }

    static let unauthorized = APIError(401, "Unauthorized")
    static let methodNotFound = APIError(404, "Not Found: method not found")
    static let tooLarge = APIError(413, "Request Entity Too Large")
    static let chatNotFound = badRequest("chat not found")
    static let blocked = forbidden("bot was blocked by the user")
    static let notModified = badRequest(
        "message is not modified: specified new message content and reply markup are exactly the same as a current "
            + "content and reply markup of the message")
    static let oldQuery = badRequest("query is too old and response timeout expired or query ID is invalid")
    static let otherPoll = conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running")
    static let webhookIsActive = conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
    static let wrongFile = badRequest("wrong file identifier/HTTP URL specified")
    static let noContent = badRequest("failed to get HTTP URL content")
    static let wrongContent = badRequest("wrong type of the web page content")
    static let badDimensions = badRequest("PHOTO_INVALID_DIMENSIONS")
    static let noPicture = badRequest("IMAGE_PROCESS_FAILED")

    static func tooBigForPhoto(_ size: Int) -> APIError {
        badRequest("file of size \(size) bytes is too big for a photo; the maximum size is 10485760 bytes")
    }

    var json: JSONValue {
        var object: JSONObject = [
            "ok": false, "error_code": .integer(Int64(code)), "description": .string(description),
        ]
        if !parameters.isEmpty { object.append("parameters", .object(parameters)) }
        return .object(object)
    }
}
