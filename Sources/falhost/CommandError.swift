/// A command that cannot go on: one line for people, and how the process ends.
struct CommandError: Error, CustomStringConvertible {
    let exitCode: ExitCode
    let message: String

    var description: String { message }

    init(_ exitCode: ExitCode, _ message: String) {
        self.exitCode = exitCode
        self.message = message
    }
}
