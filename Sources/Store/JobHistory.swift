internal import Generation
internal import JSON

/// The states that a job has been through, as its row keeps them: a line of JSON each, oldest first.
enum JobHistory {
    /// What a new state adds.
    static func line(_ state: Job.State, at time: Timestamp) throws(GenerationError) -> String {
        let start = "[\"\(state.name.rawValue)\",\(time.milliseconds)"
        guard let failure = state.failure else { return start + "]\n" }
        return start + "," + (try JSONValue.string(failure.message).text()) + "]\n"
    }

    /// Nil when the text is none of ours.
    static func steps(_ text: String) -> [JobStep]? {
        var steps: [JobStep] = []
        for line in text.split(separator: "\n") {
            guard case .array(let values)? = try? JSONValue(parsing: String(line)), values.count >= 2,
                let state = values[0].stringValue.flatMap(Job.State.Name.init), let time = values[1].integerValue
            else { return nil }
            let error = values.count > 2 ? values[2].stringValue : nil
            steps.append(JobStep(state: state, time: Timestamp(milliseconds: time), error: error))
        }
        return steps
    }
}

extension JSONValue {
    /// The value as the ledger keeps it.
    func text() throws(GenerationError) -> String {
        do {
            return String(decoding: try serialized(), as: UTF8.self)
        } catch {
            throw .storage(path: "ledger", .other(reason: "a value cannot be written as JSON: \(error)"))
        }
    }
}
