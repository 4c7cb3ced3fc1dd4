import Foundation
import TestSupport
import Testing

/// A falhost on a terminal of its own.
final class TerminalFalhost {
    private let terminal: PseudoTerminal
    private let process: ChildProcess
    /// What of the output has been looked at.
    private var seen = 0

    /// - Parameter home: where the history is kept; its folder must outlive this.
    init(
        _ arguments: [String] = [], environment: [String: String] = [:], home: TemporaryFolder,
        folder: URL = FalhostProcess.repository
    ) throws {
        terminal = try PseudoTerminal()
        let base = FalhostProcess.base(home: home.path).merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 }
        process = try ChildProcess(
            FalhostProcess.executable.path, arguments, environment: base.merging(environment) { $1 },
            folder: folder.path, input: terminal.path, output: terminal.path, errors: terminal.path, ownsTerminal: true)
    }

    /// Presses keys.
    func type(_ keys: String) { terminal.type(keys) }

    /// Types a line and presses Enter.
    func enter(_ line: String) { type(line + "\r") }

    /// Waits until the terminal shows `text` after what was seen before.
    func see(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while true {
            let output = terminal.output
            let rest = output.unicodeScalars.dropFirst(seen)
            if let found = String(String.UnicodeScalarView(rest)).range(of: text) {
                let unseen = String(String.UnicodeScalarView(rest))
                seen += unseen.unicodeScalars.distance(from: unseen.startIndex, to: found.upperBound)
                return
            }
            try #require(
                process.isRunning && .now < end, "'\(text)' is not in \(output.debugDescription)",
                sourceLocation: sourceLocation)
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Waits for the next prompt.
    func seePrompt(_ prompt: String = "\n> ", sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await see(prompt, sourceLocation: sourceLocation)
    }

    /// Whether the terminal gives whole lines, as it does to programs that do not edit.
    var isCanonical: Bool { terminal.isCanonical }

    func signal(_ number: Int32) { process.signal(number) }

    /// Waits for its end: the exit status and all that was shown.
    func ending() async -> (status: Int32, output: String) {
        let status = await process.ending(seconds: 60)
        return (status, terminal.output)
    }
}
