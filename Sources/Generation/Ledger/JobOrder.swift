package import FalClient
package import JSON

/// What one job is to send, and what it is for.
package struct JobOrder: Sendable, Equatable {
    package let endpoint: EndpointID
    /// The request's body.
    package let arguments: JSONObject
    /// The same as JSON, where somebody has written it already.
    package var body: [UInt8]?
    package var options: JobOptions
    /// Nil for a job that a script submitted to an endpoint by itself.
    package let subject: Subject?
    /// Nil for a job that no call of a script made.
    package var place: CallPlace?
    /// The seed among the arguments was drawn for this job: the same call would have another one.
    package var hasDrawnSeed = false
    /// What its pictures are to be called; nil is what all are called.
    package var pictureName: NameTemplate?

    /// Nil for a job that trains no avatar of ours.
    package var training: Training?

    /// What the call asked for, where the policy chose something else; nil where it is sent as asked for.
    package var asked: Asked?

    /// The request that a call would have made.
    package struct Asked: Sendable, Equatable {
        package let endpoint: EndpointID
        package let arguments: JSONObject

        package init(endpoint: EndpointID, arguments: JSONObject) {
            self.endpoint = endpoint
            self.arguments = arguments
        }
    }

    /// The generation that the job is for.
    package struct Subject: Sendable, Equatable {
        package let avatarID: String
        package let preset: String
        /// As the caller gave it; `arguments` have it as the rules left it.
        package let prompt: String
        /// The config as the caller gave it.
        package var overrides: JSONObject
        /// Nil in a ledger of a falhost that did not keep them.
        package var sources: RequestSources?

        package init(
            avatarID: String, preset: String, prompt: String, overrides: JSONObject = [:],
            sources: RequestSources? = nil
        ) {
            self.avatarID = avatarID
            self.preset = preset
            self.prompt = prompt
            self.overrides = overrides
            self.sources = sources
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
