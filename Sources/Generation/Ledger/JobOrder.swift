package import FalClient
package import JSON

/// What one job is to send, and what it is for.
package struct JobOrder: Sendable, Equatable {
    package let endpoint: EndpointID
    /// The request's body.
    package let arguments: JSONObject
    /// The same as JSON, where somebody has written it already.
    package var body: [UInt8]?
    package let options: JobOptions
    /// Nil for a job that a script submitted to an endpoint by itself.
    package let subject: Subject?

    /// The generation that the job is for.
    package struct Subject: Sendable, Equatable {
        package let avatarID: String
        package let preset: String
        /// As the caller gave it; `arguments` have it as the rules left it.
        package let prompt: String

        package init(avatarID: String, preset: String, prompt: String) {
            self.avatarID = avatarID
            self.preset = preset
            self.prompt = prompt
        }
    }

    package init(endpoint: EndpointID, arguments: JSONObject, options: JobOptions, subject: Subject?) {
        self.endpoint = endpoint
        self.arguments = arguments
        self.options = options
        self.subject = subject
    }

    /// What tells the job's request from all others at fal when its answer is lost.
    package var seed: Int64? { arguments["seed"]?.integerValue }
}
