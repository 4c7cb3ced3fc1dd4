internal import JSON

/// In what the arguments that a call sends differ from those that were recorded.
enum ArgumentDifferences {
    /// One for each, the seed aside: `prompt was "a", is "b"`.
    static func sentences(recorded: JSONObject, sent: JSONObject) -> [String] {
        var names = recorded.names
        for name in sent.names where !names.contains(name) { names.append(name) }
        return names.filter { $0 != "seed" && recorded[$0] != sent[$0] }.map { name in
            switch (recorded[name], sent[name]) {
            case (let was?, let now?): "\(name) was \(text(was)), is \(text(now))"
            case (let was?, nil): "\(name) was \(text(was)), is not sent"
            case (nil, let now?): "\(name) was not sent, is \(text(now))"
            case (nil, nil): name
            }
        }
    }

    private static func text(_ value: JSONValue) -> String {
        let text = (try? value.serialized()).map { String(decoding: $0, as: UTF8.self) } ?? value.kindName
        return text.count > 300 ? text.prefix(300) + "…" : text
    }
}
