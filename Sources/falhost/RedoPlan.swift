import EventLoop
import FalClient
import Generation
import JSON

/// What one `redo` sends for a job.
struct RedoPlan {
    enum Sending {
        /// The recorded request, or that with another seed.
        case replay(JobOrder, cost: CostEstimate)
        /// The call, through today's presets and rules.
        case call(GenerationRequest, Explanation)
    }
    /// As it was named on the command line; of several pictures of one job the first.
    let picture: String
    let receipt: Receipt
    let sending: Sending
    /// What has changed since the picture was made, in words.
    let remarks: [String]

    private var documentOfRequest: JSONObject {
        switch sending {
        case .replay(let order, let cost):
            [
                "replay": true, "endpoint": .string(order.endpoint.description),
                "arguments": .object(order.arguments),
                "cost": .object(cost.json(endpoint: order.endpoint.description)),
            ]
        case .call(_, let explanation): ["replay": false, "explanation": .object(explanation.json)]
        }
    }

    /// What would be sent, for programs.
    var json: JSONObject {
        var json: JSONObject = ["picture": .string(picture), "job": .string(receipt.job)]
        json.merge(documentOfRequest)
        json.append("remarks", .array(remarks.map { .string($0) }))
        return json
    }

    /// The same for people.
    func text(in language: Language) throws -> String {
        let (job, created) = (receipt.job, receipt.created)
        let head = "\(picture)  (" + language.wording("job \(job) of \(created)", "задание \(job) от \(created)") + ")"
        switch sending {
        case .call(_, let explanation): return "\(head)\n\(try explanation.text(in: language))"
        case .replay(let order, let cost):
            let endpoint = order.endpoint.description
            let receipt = language.wording("receipt", "квитанция")
            var lines = [head, "\(language.wording("endpoint", "модель  "))  \(endpoint)  (\(receipt))", ""]
            lines.append("\(language.wording("arguments", "аргументы"))  (\(receipt))")
            lines += try order.arguments.map { name, value in
                "  \(name)  \(String(decoding: try value.serialized(), as: UTF8.self))"
            }
            let price = "\(language.wording("cost", "цена"))      \(cost.text(endpoint: endpoint))"
            return (lines + ["", price]).joined(separator: "\n")
        }
    }
}

extension [RedoPlan] {
    @LoopActor
    func printed(asJSON json: Bool, in language: Language) throws {
        for plan in self { plan.remarks.forEach { Console.note("\(plan.picture): \($0)") } }
        if json { return try Console.output(.array(map { .object($0.json) })) }
        for plan in self { Console.output(try plan.text(in: language)) }
    }
}
