package import Generation

/// What a project's `falhost.lua` says; what it leaves out is nil, or as it is built in.
package struct ProjectSettings: Sendable, Equatable {
    /// Flags and variables go before it.
    package var budget = Budget()
    /// By route, what is used in place of its default.
    package var endpoints: [Route: Placed<String>] = [:]
    /// The preset of calls that name none.
    package var preset: Placed<String>?
    /// How many prompts of a batch are under way at a time.
    package var concurrency: Int?
    /// The picture folder; a relative one is below the project's root.
    package var out: String?
    /// The template of pictures' file names.
    package var names: NameTemplate?
    /// Whether changed presets and rules must pass the project's tests before a running script uses them.
    package var testsReloads = false
    /// How fast jobs are sent.
    package var pacing = Pacing()

    package init() {}
}

/// A project's settings that cannot be used.
package struct ProjectSettingsError: Error, CustomStringConvertible {
    /// Begins with the file, and with the line where that is known: `falhost.lua:3: …`.
    package let description: String
}
