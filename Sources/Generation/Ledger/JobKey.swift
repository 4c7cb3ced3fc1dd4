internal import JSON

/// What a caller names its job, so that the same call made again finds it: in the ledger one job has it.
package struct JobKey: Sendable, Equatable {
    package let text: String
    /// Whether a job that gave nothing makes way for another one under the same key.
    package let retriesFailed: Bool

    /// In characters.
    package static let length = 1...200

    /// Throws `invalid_config` for a text of another length.
    package init(_ text: String, retriesFailed: Bool = false) throws(GenerationError) {
        guard Self.length.contains(text.count) else { throw Self.refusal(.string(text)) }
        self.text = text
        self.retriesFailed = retriesFailed
    }

    /// The key among a call's overrides; nil where there is none.
    init?(of overrides: JSONObject) throws(GenerationError) {
        guard let value = overrides[ConfigKey.key.rawValue], !value.isNull else { return nil }
        guard let text = value.stringValue else { throw Self.refusal(value) }
        try self.init(text, retriesFailed: overrides[ConfigKey.retryFailed.rawValue]?.boolValue == true)
    }

    /// The key of one call of a batch, counted from 1.
    func numbered(_ number: Int) throws(GenerationError) -> JobKey {
        try JobKey("\(text)#\(number)", retriesFailed: retriesFailed)
    }

    /// The overrides without what names the call: they make the same picture under another key, too.
    static func without(_ overrides: JSONObject) -> JSONObject {
        let names = [ConfigKey.key.rawValue, ConfigKey.retryFailed.rawValue]
        if !overrides.names.contains(where: names.contains) { return overrides }
        return JSONObject(overrides.members.filter { !names.contains($0.name) })
    }

    private static func refusal(_ value: JSONValue) -> GenerationError {
        let key = ConfigKey.key
        return .invalidConfig([ConfigProblem(key: key.rawValue, origin: .call, value: value, expected: key.type)])
    }
}

extension Job.State.Name {
    /// True of a job that ended without a result.
    package var gaveNothing: Bool { [.failed, .cancelled, .expired].contains(self) }
}
