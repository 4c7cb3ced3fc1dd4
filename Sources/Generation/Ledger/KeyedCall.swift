internal import FalClient
internal import JSON

/// What a call with a key asks for, in its caller's words.
///
/// What presets, rules and the policy make of them does not count: they may have changed since, and the job is paid for.
enum KeyedCall {
    /// A picture; the overrides are as the caller gave them.
    case generation(avatarID: String, prompt: String, overrides: JSONObject)
    /// A job that a script sends to an endpoint by itself.
    case request(JobOrder)
    /// A training; where its photos were uploaded does not matter.
    case training(JobOrder)

    /// In what it differs from the call that made a job; nil where it is the same.
    func difference(from order: JobOrder) -> String? {
        switch (self, order.subject) {
        case (.training(let own), _):
            let (here, there) = (own.trainingWords, order.trainingWords)
            if there.isEmpty { return "a call to \(order.endpoint) there, a training here" }
            return CallContent.difference(there, here).map { Self.text($0, there, here) }
        case (.request(let own), nil): return Self.difference(order.arguments, own.arguments, of: order, own)
        case (.generation(let avatarID, let prompt, let overrides), let subject?):
            var (there, here): (JSONObject, JSONObject) = (Self.words(subject.overrides), Self.words(overrides))
            there["avatar"] = .string(subject.avatarID)
            here["avatar"] = .string(avatarID)
            there["prompt"] = .string(subject.prompt)
            here["prompt"] = .string(prompt)
            return CallContent.difference(there, here).map { Self.text($0, there, here) }
        case (.request(let own), let subject?):
            return "a picture of \(subject.avatarID) there, a call to \(own.endpoint) here"
        case (.generation(let avatarID, _, _), nil):
            return "a call to \(order.endpoint) there, a picture of \(avatarID) here"
        }
    }

    private static func difference(
        _ there: JSONObject, _ here: JSONObject, of order: JobOrder, _ own: JobOrder
    ) -> String? {
        guard order.endpoint == own.endpoint else { return "\(order.endpoint) there, \(own.endpoint) here" }
        var there = there
        // Nobody asked for the seed that was drawn.
        if order.hasDrawnSeed { there["seed"] = nil }
        return CallContent.difference(there, here).map { text($0, there, here) }
    }

    private static func text(_ name: String, _ there: JSONObject, _ here: JSONObject) -> String {
        func shown(_ value: JSONValue?) -> String { value.map(ConfigProblem.shown) ?? "nothing" }
        return "\(name) is \(shown(there[name])) there, \(shown(here[name])) here"
    }

    /// Without what says how the job is queued and awaited.
    private static func words(_ overrides: JSONObject) -> JSONObject {
        JSONObject(
            overrides.members.filter { member in
                let role = ConfigKey(rawValue: member.name)?.role
                return role != .job && role != .call && !member.value.isNull
            })
    }
}

/// A key that names the job of another call.
package struct KeyConflict: Sendable, Equatable {
    let key: String
    let job: String
    let run: String
    /// In what the two calls differ.
    let difference: String

    func message(in language: Language) -> String {
        language == .russian
            ? "«\(key)» — это задание \(job) запуска \(run), и вызов там другой: \(difference)"
            : "'\(key)' names job \(job) of run \(run), which another call made: \(difference)"
    }

    func message(in language: Language, at server: String) -> String {
        language == .russian
            ? "«\(key)» — это задание \(job) запуска \(run), отправленное на \(server), а сейчас используется \(difference)"
            : "'\(key)' names job \(job) of run \(run), which was sent to \(server); now \(difference) is in use"
    }
}
