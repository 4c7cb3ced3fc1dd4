/// What became of one test.
package struct TestResult: Sendable {
    /// The test file, as messages call it: `scripts/tests/rules_test.lua`.
    package let file: String
    /// The groups that it stands in, outermost first.
    package let groups: [String]
    package let name: String
    package let duration: Duration
    /// Nil when it passed.
    package let failure: TestFailure?

    /// The groups and the name, as `--filter` sees them.
    package var fullName: String { (groups + [name]).joined(separator: " ") }
}

/// Why a test failed.
package struct TestFailure: Sendable {
    /// A line, or several.
    package let message: String
    /// `file:line` of the `expect`, where that is known.
    package let place: String?
}

/// How tests are run.
package struct TestOptions: Sendable {
    /// Most time for one test.
    package var timeout: Duration
    /// Tests whose full name has none of these words are left out; all are run when there are none.
    package var filters: [String]
    /// Whether golden files are written anew instead of being compared with.
    package var updatesGolden: Bool

    package init(timeout: Duration, filters: [String] = [], updatesGolden: Bool = false) {
        self.timeout = timeout
        self.filters = filters
        self.updatesGolden = updatesGolden
    }
}
