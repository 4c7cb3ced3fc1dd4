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
    package var pacing = Pacing()

    package init() {}

    /// How fast jobs are sent.
    package struct Pacing: Sendable, Equatable {
        /// Jobs that are at fal at one time.
        package var jobsInFlight: Int?
        package var submitsPerSecond: Double?
        /// How many submits may go out at once after a rest.
        package var burst: Int?

        package init() {}
    }
}

/// A project's settings that cannot be used.
package struct ProjectSettingsError: Error, CustomStringConvertible {
    /// Begins with the file, and with the line where that is known: `falhost.lua:3: …`.
    package let description: String
}
