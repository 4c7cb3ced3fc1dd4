internal import HTTPTransport
internal import JSON

/// One request and what came of it, as a recording keeps it: without keys and cookies.
struct RecordedExchange {
    enum Outcome {
        case answer(Answer)
        case failure(TransportError)
    }
    struct Answer {
        let status: Int
        /// The URL that answered, after redirects.
        let url: String
        let headers: [(name: String, value: String)]
        var body: RecordedBody
        /// Of a stream: how many bytes came together, and when, in seconds after the request.
        var chunks: [(seconds: Double, size: Int)] = []
    }
    /// From 1, in the order in which the requests were sent.
    let number: Int
    let method: String
    let url: String
    /// The URL without fal's host: see `FalHosts.target(of:)`.
    let target: String
    let headers: [(name: String, value: String)]
    let body: RecordedBody
    /// Seconds after the recording began.
    let began: Double
    var outcome: Outcome

    /// `POST /fal-ai/flux-lora`
    var title: String { "\(method) \(target)" }
}

/// A body as it is kept: text within the exchange, anything else beside it.
enum RecordedBody {
    case none
    case text(String)
    /// A file of the recording.
    case file(String)
    /// An upload's own file, of which only the size is kept.
    case upload(size: Int?)

    var json: JSONValue {
        switch self {
        case .none: .null
        case .text(let text): ["text": .string(text)]
        case .file(let name): ["file": .string(name)]
        case .upload(let size): ["upload": size.map { .integer(Int64($0)) } ?? true]
        }
    }

    init?(_ json: JSONValue?) {
        if let text = json?["text"]?.stringValue {
            self = .text(text)
        } else if let name = json?["file"]?.stringValue, !name.contains("/"), !name.hasPrefix(".") {
            self = .file(name)
        } else if let size = json?["upload"] {
            self = .upload(size: size.integerValue.flatMap { Int(exactly: $0) })
        } else if json == .null {
            self = .none
        } else {
            return nil
        }
    }
}

// MARK: JSON

extension RecordedExchange {
    var json: JSONObject {
        var json: JSONObject = [
            "format": 1, "number": .integer(Int64(number)), "began": .number(began), "method": .string(method),
            "url": .string(url), "target": .string(target), "headers": Self.json(headers), "body": body.json,
        ]
        switch outcome {
        case .answer(let answer): json.append("answer", .object(answer.json))
        case .failure(let error):
            json.append(
                "error",
                [
                    "reason": .string(error.reason.name), "sent": .bool(error.delivery == .possible),
                    "message": .string(error.message),
                ])
        }
        return json
    }

    /// Nil for anything that `json` does not make.
    init?(_ json: JSONValue) {
        guard json["format"] == 1, let number = json["number"]?.integerValue.flatMap({ Int(exactly: $0) }),
            let method = json["method"]?.stringValue, let url = json["url"]?.stringValue,
            let target = json["target"]?.stringValue, let headers = Self.headers(json["headers"]),
            let body = RecordedBody(json["body"]), let began = json["began"]?.numberValue
        else { return nil }
        if let answer = json["answer"] {
            guard let answer = Answer(answer) else { return nil }
            outcome = .answer(answer)
        } else {
            guard let error = json["error"], let message = error["message"]?.stringValue,
                let reason = error["reason"]?.stringValue.flatMap(TransportError.Reason.init(name:)),
                let sent = error["sent"]?.boolValue
            else { return nil }
            outcome = .failure(TransportError(reason, delivery: sent ? .possible : .impossible, message: message))
        }
        self.number = number
        self.method = method
        self.url = url
        self.target = target
        self.headers = headers
        self.body = body
        self.began = began
    }

    fileprivate static func json(_ headers: [(name: String, value: String)]) -> JSONValue {
        .array(headers.map { [.string($0.name), .string($0.value)] })
    }

    fileprivate static func headers(_ json: JSONValue?) -> [(name: String, value: String)]? {
        guard let fields = json?.arrayValue else { return nil }
        var headers: [(name: String, value: String)] = []
        for field in fields {
            guard let pair = field.arrayValue, pair.count == 2, let name = pair[0].stringValue,
                let value = pair[1].stringValue
            else { return nil }
            headers.append((name, value))
        }
        return headers
    }
}

extension RecordedExchange.Answer {
    var json: JSONObject {
        var json: JSONObject = [
            "status": .integer(Int64(status)), "url": .string(url), "headers": RecordedExchange.json(headers),
            "body": body.json,
        ]
        if !chunks.isEmpty {
            json.append("chunks", .array(chunks.map { ["at": .number($0.seconds), "size": .integer(Int64($0.size))] }))
        }
        return json
    }

    init?(_ json: JSONValue) {
        guard let status = json["status"]?.integerValue.flatMap({ Int(exactly: $0) }),
            let url = json["url"]?.stringValue, let headers = RecordedExchange.headers(json["headers"]),
            let body = RecordedBody(json["body"])
        else { return nil }
        self.status = status
        self.url = url
        self.headers = headers
        self.body = body
        for chunk in json["chunks"]?.arrayValue ?? [] {
            guard let at = chunk["at"]?.numberValue, let size = chunk["size"]?.integerValue,
                (0...1 << 40).contains(size)
            else { return nil }
            chunks.append((at, Int(size)))
        }
    }
}

extension TransportError.Reason {
    private static let names: [(TransportError.Reason, String)] = [
        (.badURL, "bad_url"), (.resolve, "resolve"), (.connect, "connect"), (.tls, "tls"),
        (.timeout(.connect), "timeout_connect"), (.timeout(.idle), "timeout_idle"), (.timeout(.total), "timeout_total"),
        (.connectionLost, "connection_lost"), (.tooLarge, "too_large"), (.tooManyRedirects, "too_many_redirects"),
        (.cancelled, "cancelled"), (.file, "file"), (.notRecorded, "not_recorded"),
    ]

    fileprivate var name: String { Self.names.first { $0.0 == self }?.1 ?? "other" }

    fileprivate init?(name: String) {
        self = Self.names.first { $0.1 == name }?.0 ?? .other
    }
}
