package import Generation
package import JSON

/// A training as somebody asks for it.
package struct TrainingRequest: Sendable {
    package var type: TrainingType
    /// A folder, a zip archive, or files.
    package var photos: [String]
    package var name: String
    /// The words that will call the subject in prompts.
    package var trigger: String
    package var preset = TrainingPreset.defaultName
    /// In place of the preset's values.
    package var overrides: JSONObject = [:]
    /// Nil for the usual one of the type.
    package var endpoint: String?
    /// Nil for one that is made of the name.
    package var avatarID: String?
    package var userID: String?
    /// The file of weights is wanted on this machine.
    package var keepsFile = false
    /// How long fal may take; then the training is cancelled there.
    package var timeout = usualTimeout

    /// What the caller names the training's job.
    package var key: JobKey?

    package static let usualTimeout = Duration.seconds(6 * 3600)

    package init(type: TrainingType, photos: [String], name: String, trigger: String) {
        self.type = type
        self.photos = photos
        self.name = name
        self.trigger = trigger
    }

    /// The avatar's id: as given, else the name in small letters, what is neither letter nor digit as a dash.
    var id: String {
        if let avatarID { return avatarID }
        let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }
        return words.joined(separator: "-")
    }
}
