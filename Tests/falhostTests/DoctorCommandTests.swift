import Foundation
import JSON
import Simulator
import Testing

/// `falhost doctor` on sound and on broken projects.
@Suite(.timeLimit(.minutes(5)))
struct DoctorCommandTests {
    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        return project
    }

    private struct Report {
        let run: FalhostProcess
        let findings: [JSONValue]

        init(_ run: FalhostProcess) throws {
            self.run = run
            findings = try JSONValue(parsing: run.output).arrayValue ?? []
        }

        func texts(_ level: String, _ subject: String) -> [String] {
            findings.filter { $0["level"]?.stringValue == level && $0["subject"]?.stringValue == subject }
                .compactMap { $0["text"]?.stringValue }
        }
    }

    @Test func aSoundProjectHasNoProblem() async throws {
        let project = try await Self.project()
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "doctor", "--json", environment: simulator.environment(key: "1a2b3c4d-5e6f:verysecretsecret"),
                folder: project.url)
            let report = try Report(run)
            #expect(run.status == 0, "\(run.output)")
            #expect(!run.output.contains("verysecret"))
            #expect(report.texts("ok", "key") == ["1a2b…:******** from FAL_KEY", "the server takes it"])
            #expect(
                report.texts("ok", "endpoint") == [
                    "fal-ai/flux-lora: active", "fal-ai/flux-pro/v1.1-ultra-finetuned: active",
                ])
            #expect(report.texts("note", "endpoint") == ["fal-ai/flux-pro: fal does not list it; it may still answer"])
            #expect(report.texts("ok", "clock").count == 1)
            #expect(report.texts("ok", "avatars") == ["2, 2 of them can be drawn"])
            #expect(report.texts("ok", "rules") == ["10_rewrite.lua, 20_trigger.lua"])
            #expect(report.texts("ok", "ledger").first?.contains("sound") == true)
            #expect(simulator.counters()[.submit] == 0)
        }
    }

    @Test func aRefusedKeyIsAProblem() async throws {
        let project = try await Self.project()
        try await withSimulator(faults: ["listing:401:times=always"]) { simulator in
            let report = try await Report(
                FalhostProcess.run("doctor", "--json", environment: simulator.environment(), folder: project.url))
            #expect(report.run.status == 78)
            #expect(
                report.texts("problem", "catalogue").first?.contains("[unauthorized]") == true, "\(report.run.output)")
        }
    }

    @Test func whatIsBrokenIsNamedWithWhatToDo() async throws {
        let project = try await Self.project()
        try project.file("presets/bad.lua", "return { guidance_scle = 3 }\n")
        try project.file("scripts/rules/05_bad.lua", "return function(prompt) return nil .. prompt end\n")
        try Data("no database".utf8).write(to: project.url.appendingPathComponent(".falhost/falhost.db"))
        try project.file(".env", "FAL_KEY=x\n")
        let environment = ["FALHOST_BASE_URL": "http://127.0.0.1:9"]
        let report = try await Report(
            FalhostProcess.run("doctor", "--json", environment: environment, folder: project.url))
        #expect(report.run.status == 78)
        #expect(report.texts("problem", "key") == ["there is none"])
        #expect(report.texts("problem", "presets").first?.contains("did you mean guidance_scale") == true)
        #expect(report.texts("problem", "ledger").count == 1)
        #expect(report.texts("problem", "host").first?.hasPrefix("http://127.0.0.1:9: ") == true)
        #expect(report.texts("note", ".env") == ["falhost does not read it"])
        #expect(report.run.complaints.last?.hasPrefix("falhost: ") == true)
    }

    @Test func whatIsBrokenIsNamedInRussianWhereTheLocaleIs() async throws {
        let project = try await Self.project()
        try project.file("presets/bad.lua", "return { guidance_scle = 3 }\n")
        try Data("no database".utf8).write(to: project.url.appendingPathComponent(".falhost/falhost.db"))
        try project.file(".env", "FAL_KEY=x\n")
        let environment = ["FALHOST_BASE_URL": "http://127.0.0.1:9", "FALHOST_LANG": "ru"]
        let run = try await FalhostProcess.run("doctor", environment: environment, folder: project.url)
        #expect(run.status == 78)
        let rows = run.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        func row(_ text: String) -> Bool { rows.contains { $0.hasPrefix(text) } }
        #expect(row("проблема ключ его нет"), "\(run.output)")
        #expect(row("→ задайте FAL_KEY=id:secret"), "\(run.output)")
        #expect(row("проблема пресеты Неверная конфигурация: guidance_scle (presets/bad.lua:1): неизвестный ключ"))
        #expect(row("→ исправьте файл"), "\(run.output)")
        #expect(row("проблема журнал ") && row("проблема адрес http://127.0.0.1:9: "), "\(run.output)")
        #expect(row("заметка .env falhost его не читает"), "\(run.output)")
        let problems = run.output.split(separator: "\n").count { $0.hasPrefix("проблема ") }
        #expect(run.complaints.last?.hasPrefix("falhost: \(problems) проблем") == true, "\(run.errors)")

        let report = try await Report(
            FalhostProcess.run("doctor", "--json", environment: environment, folder: project.url))
        #expect(report.texts("problem", "key") == ["there is none"])
        #expect(report.texts("problem", "presets").first?.hasPrefix("invalid config: ") == true)
        #expect(!report.run.output.contains { ("а"..."я").contains($0) }, "\(report.run.output)")
    }

    @Test func forPeopleItIsATable() async throws {
        let folder = try TemporaryFolder()
        let run = try await FalhostProcess.run("doctor", "--offline", folder: folder.url)
        #expect(run.status == 78)
        #expect(run.output.contains("\nproblem  project"), "\(run.output)")
        #expect(run.output.contains("→ falhost init FOLDER writes one"))
        #expect(run.complaints == ["falhost: 2 problems"])
    }
}
