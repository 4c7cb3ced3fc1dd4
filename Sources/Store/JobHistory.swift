internal import Generation
internal import JSON

/// The states that a job has been through, as its row keeps them: a line of JSON each, oldest first.
enum JobHistory {
    /// What a new state adds.
    static func line(_ state: Job.State, at time: Timestamp) throws(GenerationError) -> String {
        var end = "]\n"
        if let failure = state.failure { end = "," + (try JSONValue.string(failure.message).text()) + end }
        let parts = (state.name.rawValue.utf8, end.utf8)
        // Three lines a job: written in place.
        return String(unsafeUninitializedCapacity: parts.0.count + parts.1.count + 24) { line in
            var count = line.fill("[\"".utf8, from: 0)
            count = line.fill(parts.0, from: count)
            count = line.fill("\",".utf8, from: count)
            count = line.fill(time.milliseconds.description.utf8, from: count)
            return line.fill(parts.1, from: count)
        }
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

extension UnsafeMutableBufferPointer<UInt8> {
    /// Returns where the next bytes go.
    fileprivate func fill(_ bytes: String.UTF8View, from start: Int) -> Int {
        self[start...].update(fromContentsOf: bytes)
    }
}
