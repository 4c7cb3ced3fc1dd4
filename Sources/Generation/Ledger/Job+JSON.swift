internal import FalClient
package import JSON

extension Job {
    /// What the ledger knows of a job; what is not known is left out. Times are RFC 3339.
    package var json: JSONObject { json(files: []) }

    /// The same with the pictures that are kept.
    package func json(files: [KeptPicture]) -> JSONObject {
        var json: JSONObject = [
            "id": .string(id), "run": .string(run), "state": .string(state.name.rawValue),
            "created": .string(created.description), "updated": .string(updated.description),
            "endpoint": .string(order.endpoint.description),
        ]
        if let key { json.append("key", .string(key)) }
        if let subject = order.subject {
            json.append("avatar", .string(subject.avatarID))
            json.append("preset", .string(subject.preset))
            json.append("prompt", .string(subject.prompt))
        }
        if let training = order.training {
            json.append("avatar", .string(training.avatarID))
            json.append("training", .object(training.json))
        }
        json.append("arguments", .object(order.arguments))
        if let name = order.pictureName { json.append("picture_name", .string(name.text)) }
        if let request = state.request { json.append("request_id", .string(request.requestID)) }
        if let failure = state.failure {
            var error: JSONObject = ["code": .string(failure.code), "message": .string(failure.message)]
            if let id = failure.requestID { error.append("request_id", .string(id)) }
            json.append("error", .object(error))
        }
        if let estimate = cost.estimate { json.append("estimate", .number(estimate.number)) }
        if let price = cost.price { json.append("price", .number(price.number)) }
        if let output = state.output {
            json.append("urls", .array(output.imageURLs.map { .string($0) }))
            if let units = output.billableUnits { json.append("billable_units", .number(units)) }
            if !files.isEmpty { json.append("files", .array(files.map { .object($0.json) })) }
            json.append("output", output.output)
        }
        return json
    }

    /// The prompt that a person knows the job by, on one line.
    package var title: String {
        let training = order.training.map { "\($0.photos) photos" }
        let prompt = training ?? order.subject?.prompt ?? order.arguments["prompt"]?.stringValue ?? ""
        return prompt.split(whereSeparator: { $0.isNewline || $0 == "\t" }).joined(separator: " ")
    }
}

extension JobStep {
    /// `state`, `time` and, where something went wrong, `error`.
    package var json: JSONObject {
        var json: JSONObject = ["state": .string(state.rawValue), "time": .string(time.description)]
        if let error { json.append("error", .string(error)) }
        return json
    }
}
