internal import FalClient
package import Generation
package import JSON

/// A training that has left an avatar which can be drawn.
package struct FinishedTraining: Sendable {
    package let avatar: Avatar
    package let job: Job
    /// The file of weights on this machine, where it was wanted.
    package let file: String?
    /// What went wrong beside it.
    package let remark: String?
    /// An earlier call paid for it.
    package let isEarlier: Bool

    /// In seconds.
    package var duration: Double {
        Double(job.updated.milliseconds - job.created.milliseconds) / 1000
    }

    package var json: JSONObject {
        var json: JSONObject = [
            "avatar": .object(avatar.json), "endpoint": .string(job.order.endpoint.description),
            "job_id": .string(job.id), "arguments": .object(job.order.arguments), "duration": .number(duration),
            "resumed": .bool(isEarlier),
        ]
        if let request = job.state.request { json.append("request_id", .string(request.requestID)) }
        if let output = job.state.output { json.append("output", output.output) }
        if let price = job.cost.price { json.append("price", .number(price.number)) }
        if let file { json.append("file", .string(file)) }
        if let remark { json.append("remark", .string(remark)) }
        return json
    }
}
