import ArgumentParser
import EventLoop
import Generation
import JSON
import Scripting

/// `falhost check`: what would fail, found before it costs anything.
struct CheckCommand: ParsableCommand, Exampled {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Look for mistakes in presets, rules, avatars and scripts; sends nothing.")

    static let examples = [
        "falhost check",
        "falhost check --json   # for programs",
    ]

    @OptionGroup var project: ProjectOptions

    @Flag(help: "Print one JSON document.")
    var json = false

    func run() throws {
        try runCommand(project) { host in
            // Programs read English, whatever the locale is.
            let language = json ? Language.english : host.language
            let check = try ProjectCheck(host: host, language: language)
            let problems = try await check.problems()
            if json {
                try Console.output(.array(problems.map { .object($0.json) }))
            } else {
                for problem in problems { Console.output("\(problem)") }
            }
            if problems.isEmpty {
                return Console.note(language.wording("\(check.summary): no problems", "\(check.summary); проблем нет"))
            }
            let count = language.count(problems.count, "problem", ("проблема", "проблемы", "проблем"))
            throw CommandError(.invalidData, "\(count); \(check.summary)")
        }
    }
}

extension CheckProblem {
    fileprivate var json: JSONObject {
        var json: JSONObject = ["place": .string(place)]
        if let line { json.append("line", .integer(Int64(line))) }
        json.append("message", .string(message))
        return json
    }
}
