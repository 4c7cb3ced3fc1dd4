package import JSON

/// What is to be another way when a picture is made again.
package struct RedoChanges: Sendable, Equatable {
    package enum Seed: Sendable, Equatable {
        /// The picture's own.
        case kept
        case number(Int64)
        /// Drawn anew.
        case new
    }
    package var avatarID: String?
    package var preset: String?
    /// Config keys on top of those of the call.
    package var overrides: JSONObject
    package var seed: Seed

    package init(
        avatarID: String? = nil, preset: String? = nil, overrides: JSONObject = [:], seed: Seed = .kept
    ) {
        self.avatarID = avatarID
        self.preset = preset
        self.overrides = overrides
        self.seed = seed
    }

    /// Without any change the recorded request is sent again as it was.
    package var isEmpty: Bool { self == RedoChanges() }
}

extension Receipt {
    /// The call that the picture came of with the changes on top; nil for a job that a script sent to an endpoint by
    /// itself.
    ///
    /// Today's presets and rules make a request of it.
    package func request(with changes: RedoChanges) -> GenerationRequest? {
        guard let subject = order.subject else { return nil }
        var overrides = subject.overrides
        overrides["quality"] = nil
        overrides["preset"] = .string(subject.preset)
        if let seed = order.seed { overrides["seed"] = .integer(seed) }
        if let preset = changes.preset { overrides["preset"] = .string(preset) }
        overrides.merge(changes.overrides)
        switch changes.seed {
        case .kept: break
        case .number(let seed): overrides["seed"] = .integer(seed)
        case .new: overrides["seed"] = nil
        }
        return GenerationRequest(
            avatar: .id(changes.avatarID ?? subject.avatarID), prompt: subject.prompt, overrides: overrides)
    }

    /// The recorded request with another seed; what else cannot be changed in a request without a call.
    package func order(withSeed seed: RedoChanges.Seed) -> JobOrder {
        var arguments = order.arguments
        switch seed {
        case .kept: break
        case .number(let seed): arguments["seed"] = .integer(seed)
        case .new: arguments["seed"] = .integer(GenerationService.newSeed())
        }
        return JobOrder(endpoint: order.endpoint, arguments: arguments, options: order.options, subject: order.subject)
    }
}
