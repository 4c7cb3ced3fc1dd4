/// What is wrong with one line of a batch file.
package struct BatchProblem: Sendable, Equatable, CustomStringConvertible {
    /// Counted from 1; where the line's record begins.
    package let line: Int
    package let message: String

    package init(line: Int, _ message: String) {
        self.line = line
        self.message = message
    }

    package var description: String { "line \(line): \(message)" }
}

/// A batch file that is refused, with everything that is wrong with it: nothing of it is sent.
package struct BatchFileError: Error {
    /// In the order of their lines; never empty.
    package let problems: [BatchProblem]

    package init(_ problems: [BatchProblem]) {
        self.problems = problems.sorted { $0.line < $1.line }
    }
}
