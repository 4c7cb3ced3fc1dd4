import ArgumentParser
import EventLoop
import FalClient
import JSON

/// `falhost doctor`: is everything set?
struct DoctorCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at versions, key, project, ledger and fal's hosts, and say what to do about what is wrong.")

    static let examples = [
        "falhost doctor",
        "falhost doctor --offline    # without the network",
        "falhost doctor --json       # for programs",
    ]

    @OptionGroup var project: ProjectOptions

    @Flag(help: "Ask nobody: leave out fal's hosts, the key's validity and the clock.")
    var offline = false

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        try runCommand(project) { host in
            var findings = Doctor.versions() + Doctor.settings(host.settings)
            findings += await Doctor(host: host).project()
            if !offline { findings += await Doctor(host: host).network() + Doctor(host: host).pins() }
            if json {
                try Console.output(.array(findings.map { .object($0.json) }))
            } else {
                Self.table(findings).forEach(Console.output)
            }
            let problems = findings.count { $0.level == .problem }
            if problems > 0 {
                throw CommandError(.configuration, "\(problems) problem\(problems == 1 ? "" : "s")")
            }
        }
    }

    private static func table(_ findings: [Finding]) -> [String] {
        let width = findings.map(\.subject.count).max() ?? 0
        return findings.flatMap { finding in
            let level = finding.level.rawValue.padded(to: 7)
            let line = "\(level)  \(finding.subject.padded(to: width))  \(finding.text)"
            let indent = String(repeating: " ", count: 7 + 2 + width + 2)
            return [FalCredentials.redact(line)] + (finding.advice.map { [indent + "→ " + $0] } ?? [])
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
