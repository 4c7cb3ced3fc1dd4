internal import FalClient
package import JSON

extension Receipt {
    /// The document, version 1. What is not known is left out; a price or a number of units is "unknown".
    package var json: JSONObject {
        var json: JSONObject = ["receipt": .integer(Int64(Self.version))]
        if let program { json.append("falhost", .string(program)) }
        json.append("created", .string(created.description))
        json.append("run", .string(run))
        json.append("job", .string(job))
        if let requestID { json.append("request_id", .string(requestID)) }
        json.append("simulated", .bool(isSimulated))
        json.append("price", price.map { .number($0.number) } ?? Self.unknown)
        json.append("billable_units", billableUnits.map { .number($0) } ?? Self.unknown)
        var source: JSONObject = ["path": .string(script)]
        if let scriptHash { source.append("sha256", .string(scriptHash)) }
        json.append("script", .object(source))
        if let subject = order.subject { json.append("call", .object(Self.json(of: subject))) }
        json.append("request", .object(requestJSON))
        json.append("picture", .object(picture.json))
        return json
    }

    static let unknown: JSONValue = "unknown"

    /// What the caller asked for, and what turned that into a request.
    private static func json(of subject: JobOrder.Subject) -> JSONObject {
        var json: JSONObject = [
            "avatar": .string(subject.avatarID), "preset": .string(subject.preset),
            "overrides": .object(subject.overrides), "prompt": .string(subject.prompt),
        ]
        if let sources = subject.sources { json.append("sources", .object(sources.json)) }
        return json
    }

    private var requestJSON: JSONObject {
        var json: JSONObject = [
            "endpoint": .string(order.endpoint.description), "arguments": .object(order.arguments),
            "timeout": .number(order.options.timeout / .seconds(1)),
        ]
        if let priority = order.options.priority { json.append("priority", .string(priority.rawValue)) }
        return json
    }
}

extension Receipt.Picture {
    fileprivate var json: JSONObject {
        var json: JSONObject = [
            "index": .integer(Int64(index)), "url": .string(url), "sha256": .string(sha256),
        ]
        if let width { json.append("width", .integer(Int64(width))) }
        if let height { json.append("height", .integer(Int64(height))) }
        if let contentType { json.append("content_type", .string(contentType)) }
        return json
    }
}

extension RequestSources {
    /// `{"preset": […], "rules": […]}`, each a list of `{"path", "sha256"}`.
    package var json: JSONObject {
        func list(_ hashes: [SourceHash]) -> JSONValue {
            .array(hashes.map { ["path": .string($0.path), "sha256": .string($0.sha256)] })
        }
        return ["preset": list(preset), "rules": list(rules)]
    }

    /// Nil for anything but what `json` writes.
    package init?(_ json: JSONValue) {
        func list(_ name: String) -> [SourceHash]? {
            guard let values = json[name]?.arrayValue else { return nil }
            let hashes = values.compactMap { value in
                value["path"]?.stringValue.flatMap { path in
                    value["sha256"]?.stringValue.map { SourceHash(path: path, sha256: $0) }
                }
            }
            return hashes.count == values.count ? hashes : nil
        }
        guard let preset = list("preset"), let rules = list("rules") else { return nil }
        self.init(preset: preset, rules: rules)
    }
}
