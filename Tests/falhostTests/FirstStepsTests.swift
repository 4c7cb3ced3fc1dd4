import Foundation
import Testing

/// The README's "first quarter of an hour", done again: what stands there is what a new user sees.
@Suite(.timeLimit(.minutes(5)))
struct FirstStepsTests {
    /// A command of the transcript, and the lines it shows; a line of its own with … stands for lines left out.
    private struct Step {
        let command: String
        var lines: [String] = []
    }

    private static func steps() throws -> [Step] {
        let readme = try String(
            contentsOf: FalhostProcess.repository.appendingPathComponent("README.md"), encoding: .utf8)
        let section = try #require(readme.components(separatedBy: "\n## The first quarter of an hour\n").last)
        let block = try #require(section.components(separatedBy: "```\n").dropFirst().first)
        var steps: [Step] = []
        for line in block.split(separator: "\n").map(String.init) {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2))))
            } else {
                steps[steps.count - 1].lines.append(line)
            }
        }
        return steps
    }

    /// A line without what differs between two machines, days and draws.
    private static func shape(_ line: String, folder: String = "") -> String {
        var line = folder.isEmpty ? line : line.replacingOccurrences(of: folder, with: "…")
        for (pattern, word) in [
            ("[0-9]{8}-[0-9]{6}-[0-9a-f]{4}", "RUN"), ("(in|about) (less than a second|[0-9]+ s)", "$1 TIME"),
            ("a (red|blue) coat", "a COLOUR coat"), ("\\[[0-9]+/", "["), ("[0-9]+(\\.[0-9]+)?", "0"), (" +", " "),
        ] {
            line = line.replacingOccurrences(of: pattern, with: word, options: .regularExpression)
        }
        return line.trimmingCharacters(in: .whitespaces)
    }

    @Test func `The transcript in the README is what the commands print`() async throws {
        let home = try TemporaryFolder()
        let folder = URL(fileURLWithPath: home.url.resolvingSymlinksInPath().path)
        try home.file(
            "bin/edit", "#!/bin/sh\nsed 's/steps = 35/steps = 40/' \"$1\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: home.path + "/bin/edit")
        try FileManager.default.createSymbolicLink(
            atPath: home.path + "/bin/falhost", withDestinationPath: FalhostProcess.executable.path)
        let environment = ["PATH": "\(home.path)/bin:/usr/bin:/bin", "EDITOR": "edit"]
        var current = folder
        let steps = try Self.steps()
        #expect(steps.count >= 8)
        for step in steps {
            if step.command.hasPrefix("cd ") {
                current = current.appendingPathComponent(String(step.command.dropFirst(3)))
                continue
            }
            let run = try await RunningFalhost(
                ["-c", "\(step.command) 2>&1"], environment: environment, folder: current,
                executable: URL(fileURLWithPath: "/bin/sh")
            ).ending()
            // Jobs side by side end in any order.
            var printed = run.output.split(separator: "\n").map { Self.shape(String($0), folder: current.path) }
            for line in step.lines where line.trimmingCharacters(in: .whitespaces) != "…" {
                let place = try #require(
                    printed.firstIndex(of: Self.shape(line)), "\(step.command): no such line: \(line)\n\(run.output)")
                printed.remove(at: place)
            }
            if !step.lines.contains("…") { #expect(printed == [], "\(step.command)") }
        }
    }
}
