import ArgumentParser
import EventLoop
import FalClient
import Generation
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
            // Programs read English, whatever the locale is.
            let language = json ? Language.english : host.language
            let doctor = Doctor(host: host, language: language)
            var findings = Doctor.versions(language) + Doctor.settings(host.settings, language)
            findings += await doctor.project()
            if !offline { findings += await doctor.network() + doctor.pins() }
            if json {
                try Console.output(.array(findings.map { .object($0.json) }))
            } else {
                Self.table(findings, language).forEach(Console.output)
            }
            let problems = findings.count { $0.level == .problem }
            if problems > 0 {
                throw CommandError(
                    .configuration, host.language.count(problems, "problem", ("проблема", "проблемы", "проблем")))
            }
        }
    }

    private static func table(_ findings: [Finding], _ language: Language) -> [String] {
        let width = findings.map { $0.subject.word(in: language).count }.max() ?? 0
        return findings.flatMap { finding in
            let level = finding.level.word(in: language).padded(to: 8)
            let subject = finding.subject.word(in: language).padded(to: width)
            let line = "\(level) \(subject)  \(finding.text)"
            let indent = String(repeating: " ", count: 8 + 1 + width + 2)
            return [FalCredentials.redact(line)] + (finding.advice.map { [indent + "→ " + $0] } ?? [])
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
