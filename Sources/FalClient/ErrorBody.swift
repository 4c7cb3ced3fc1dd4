import HTTPTransport
import JSON

/// What fal's error bodies say, whichever shape they have (facts: errors §3.1–3.3): `detail` as a list, a text, an
/// object or absent; another JSON object; HTML; plain text; nothing.
struct ErrorBody {
    /// One line without a key; nil when the body says nothing.
    private(set) var message: String?
    private(set) var type: String?
    private(set) var field: String?
    private(set) var details: JSONValue?
    /// An HTML page that nginx wrote.
    private(set) var isNginxPage = false

    private static let longestMessage = 500
    private static let longestBody = 1 << 20

    init(_ response: HTTPResponse) {
        let text = FalCredentials.redact(String(decoding: response.body.prefix(Self.longestBody), as: UTF8.self))
        if let json = try? JSONValue(parsing: text) {
            read(json)
        } else {
            readText(text)
        }
        type = type ?? response.headers["x-fal-error-type"]
        message = message.map(Self.line).flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func read(_ json: JSONValue) {
        guard let object = json.objectValue else {
            message = json.stringValue
            return
        }
        type = object["error_type"]?.stringValue
        details = object["detail"]
        switch object["detail"] {
        case .array(let entries): readList(entries)
        case .string(let text): message = text
        case .object(let detail):
            message = Self.words(detail)
            type = type ?? detail["type"]?.stringValue ?? detail["error_type"]?.stringValue
        default: message = Self.words(object)
        }
    }

    private mutating func readList(_ entries: [JSONValue]) {
        let first = entries.first
        type = type ?? first?["type"]?.stringValue
        field = first.flatMap { Self.path($0["loc"]) }
        let parts = entries.prefix(3).compactMap { entry -> String? in
            guard let words = entry["msg"]?.stringValue ?? entry.stringValue else { return nil }
            return Self.path(entry["loc"]).map { "\($0): \(words)" } ?? words
        }
        message = parts.joined(separator: "; ") + (entries.count > 3 ? "; and \(entries.count - 3) more" : "")
    }

    private mutating func readText(_ text: String) {
        let lowercase = text.prefix(4096).lowercased()
        guard lowercase.contains("<html") || lowercase.contains("<!doctype") else {
            message = text
            return
        }
        isNginxPage = lowercase.contains("nginx")
        if let start = lowercase.firstRange(of: "<title>"), let end = lowercase.firstRange(of: "</title>"),
            start.upperBound <= end.lowerBound
        {
            message = "a web page: " + lowercase[start.upperBound..<end.lowerBound]
        } else {
            message = "a web page"
        }
    }

    /// The sentence in an object without `detail`.
    private static func words(_ object: JSONObject) -> String? {
        for name in ["message", "msg", "error"] {
            if let text = object[name]?.stringValue, !text.isEmpty, text != "Error" { return text }
            if let text = object[name]?["message"]?.stringValue { return text }
        }
        return object["status"]?.stringValue
    }

    /// `["body", "loras", 0, "scale"]` as `loras.0.scale`.
    private static func path(_ location: JSONValue?) -> String? {
        var parts = (location?.arrayValue ?? []).compactMap { $0.stringValue ?? $0.integerValue.map(String.init) }
        if parts.first == "body" { parts.removeFirst() }
        return parts.isEmpty ? nil : parts.joined(separator: ".")
    }

    /// `text` on one line, not too long.
    private static func line(_ text: String) -> String {
        let words = text.unicodeScalars.prefix(4 * longestMessage).split { $0.value <= 0x20 || $0.value == 0x7F }
        let line = words.map { String($0) }.joined(separator: " ")
        return line.count > longestMessage ? line.prefix(longestMessage) + "…" : line
    }
}
