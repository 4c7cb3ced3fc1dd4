/// A file that had a part in a request, and what was in it then.
package struct SourceHash: Sendable, Hashable {
    /// From the project's root, where the file lies in it: `presets/ultra.lua`.
    package let path: String
    /// 64 hexadecimal digits.
    package let sha256: String

    package init(path: String, sha256: String) {
        self.path = path
        self.sha256 = sha256
    }
}

/// The presets and rules that made a request out of a call, each with the modules that it requires.
package struct RequestSources: Sendable, Hashable {
    /// The preset's own file first, then those that it builds on.
    package let preset: [SourceHash]
    /// In the order in which the rules run.
    package let rules: [SourceHash]

    package init(preset: [SourceHash], rules: [SourceHash]) {
        self.preset = preset
        self.rules = rules
    }
}
