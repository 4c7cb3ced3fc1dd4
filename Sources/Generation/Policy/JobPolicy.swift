package import EventLoop
package import JSON

/// The project's own decision on each job before it is sent.
@LoopActor
package protocol JobPolicy: AnyObject, Sendable {
    /// How messages call it: `scripts/policy.lua`.
    var title: String { get }
    /// False while the project has none; then nobody has to be asked.
    var isPresent: Bool { get }

    /// Throws what lets no job through: `rule_failed` with the policy's file and line.
    func verdict(on job: PolicyJob, spent: PolicySums) throws(GenerationError) -> PolicyVerdict
}

/// What a policy says of a job.
package enum PolicyVerdict: Sendable, Equatable {
    case allow
    case refuse(reason: String)
    /// The job is to be planned anew with this preset, and asked about again.
    case preset(String)
}

/// A job as a policy sees it.
package struct PolicyJob: Sendable {
    /// Nil for a job that a script sends to an endpoint by itself; of a job that is resumed there is the `id` alone.
    package let avatar: JSONObject?
    package let preset: String?
    /// The preset's values with the call's on top; nil like `avatar`, and for a job that is resumed.
    package let config: JSONObject?
    package let endpoint: String
    /// The request's body.
    package let arguments: JSONObject
    /// As it would be sent.
    package let prompt: String?
    /// Nil where the cost is not known before.
    package let estimate: Dollars?
    /// How many the request asks for; nil where it says something that is no count.
    package let pictures: Int?
    /// The script's path, or the command.
    package let script: String
}

/// What was spent before a job, with what jobs may still cost that are not settled.
package struct PolicySums: Sendable, Equatable {
    package let run: Dollars
    /// Since midnight, local time, by all runs.
    package let day: Dollars
    /// Those that cost something or may have.
    package let jobsRun: Int
    package let jobsDay: Int
}

/// What the policy says of a call that is only explained.
package struct PolicyReview: Sendable, Equatable {
    /// Why the job would not be sent; nil where it would be.
    package let refusal: String?
    /// The preset in place of which the policy chose another one.
    package let insteadOf: String?

    package var json: JSONObject {
        var json: JSONObject = [
            "verdict": .string(refusal != nil ? "refused" : insteadOf != nil ? "changed" : "allowed")
        ]
        if let refusal { json.append("reason", .string(refusal)) }
        if let insteadOf { json.append("instead_of", .string(insteadOf)) }
        return json
    }
}
