package import JSON

/// One line of a batch file, as it stands there.
package struct BatchLine: Sendable, Equatable {
    /// Counted from 1.
    package let number: Int
    package var prompt: PromptTemplate
    /// Nil takes the avatars of the command line.
    package var avatar: String?
    /// Nil takes the presets of the command line.
    package var preset: String?
    /// What its pictures are to be called: a template of names, with or without an ending.
    package var fileName: String?
    /// Config keys that lie on top of the preset.
    package var overrides: JSONObject
    /// The values of `{{name}}` in its prompt, on top of the command line's.
    package var variables: [String: String]

    package init(
        number: Int, prompt: PromptTemplate, avatar: String? = nil, preset: String? = nil, fileName: String? = nil,
        overrides: JSONObject = [:], variables: [String: String] = [:]
    ) {
        self.number = number
        self.prompt = prompt
        self.avatar = avatar
        self.preset = preset
        self.fileName = fileName
        self.overrides = overrides
        self.variables = variables
    }
}
