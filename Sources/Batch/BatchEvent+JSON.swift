package import Generation
package import JSON

/// `--jsonl`: one object a line. `v` counts versions of this schema: fields are only added within one.
extension BatchEvent {
    package static let schemaVersion: Int64 = 1

    package func json(in language: Language) -> JSONObject {
        switch self {
        case .started(let job): return Self.object("job.started", job)
        case .completed(let job, let pictures):
            var json = Self.object("job.completed", job)
            Self.append(pictures.result, files: pictures.files, to: &json)
            return json
        case .failed(let job, let failure):
            var json = Self.object("job.failed", job)
            if case .saving(let result, _) = failure { Self.append(result, files: [], to: &json) }
            json.append("error", .object(failure.error.json(in: language)))
            return json
        }
    }

    /// An event with its version and name.
    package static func object(_ event: String) -> JSONObject {
        ["v": .integer(schemaVersion), "event": .string(event)]
    }

    private static func object(_ event: String, _ job: BatchJob) -> JSONObject {
        var json = object(event)
        json.append("number", .integer(Int64(job.number)))
        json.append("line", .integer(Int64(job.line)))
        json.append("avatar", .string(job.avatar))
        if let preset = job.preset { json.append("preset", .string(preset)) }
        json.append("prompt", .string(job.prompt))
        return json
    }

    private static func append(_ result: GenerationResult, files: [String], to json: inout JSONObject) {
        json.append("result", .object(result.json))
        json.append("files", .array(files.map { .string($0) }))
    }
}

extension BatchProgress {
    /// The event at the end of a batch.
    package var json: JSONObject {
        var json = BatchEvent.object("batch.ended")
        json.append("jobs", .integer(Int64(total)))
        json.append("completed", .integer(Int64(completed)))
        json.append("failed", .integer(Int64(failed)))
        json.append("not_done", .integer(Int64(notStarted + inFlight)))
        json.append("resumed", .integer(Int64(resumed)))
        json.append("over_budget", .integer(Int64(overBudget)))
        json.append("pictures", .integer(Int64(pictures)))
        json.append("spent", .number(spent.number))
        json.append("unknown_prices", .integer(Int64(unknownPrices)))
        json.append("duration", .number(elapsed() / .seconds(1)))
        return json
    }
}
