package import JSON

/// Whether kept pictures would answer a call (`cache = true`).
package enum CacheAnswer: Sendable, Equatable {
    /// The pictures of this job would.
    case hit(job: String)
    case miss

    package var json: JSONObject {
        switch self {
        case .hit(let job): ["hit": true, "job_id": .string(job)]
        case .miss: ["hit": false]
        }
    }
}
