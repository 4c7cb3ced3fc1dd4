import Foundation
import JSON
import Simulator
import Testing

/// `falhost jobs`: the ledger as its owner sees it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JobsCommandTests {
    private func withProject(
        faults: [String] = [], _ test: (Simulator, (String...) async throws -> FalhostProcess, URL) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.project()
        let demo = folder.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: folder.url).status == 0)
        try await withSimulator(faults: faults) { simulator in
            let run = { (arguments: String...) in
                try await FalhostProcess.run(arguments, environment: simulator.environment(), folder: folder.url)
            }
            try await test(simulator, run, folder.url)
        }
    }

    @Test func jobsAreListedNewestFirst() async throws {
        try await withProject(faults: ["job:failed:after=1"]) { _, falhost, _ in
            await #expect(try falhost("generate", "--avatar", "demo-anna", "первый\tснимок").status == 0)
            await #expect(try falhost("generate", "--avatar", "demo-anna", "--preset", "fast", "second").status == 69)
            let lines = try await falhost("jobs", "list").output.split(separator: "\n").map {
                $0.split(separator: "\t")
            }
            try #require(lines.map(\.count) == [7, 7], "\(lines)")
            #expect(lines.map { $0[1] } == ["failed", "completed"])
            #expect(lines.map { $0[5] } == ["fast", "balanced"])
            #expect(lines.map { $0[6] } == ["second", "первый снимок"])
            await #expect(try falhost("jobs", "--state", "completed").output.split(separator: "\n").count == 1)
            await #expect(try falhost("jobs", "list", "--run", String(lines[0][3])).output.hasSuffix("second\n"))
            let one = try await falhost("jobs", "list", "--limit", "1", "--json")
            let document = try #require(try JSONValue(parsing: one.output).arrayValue)
            #expect(document.count == 1 && document.first?["error"]?["code"] == "server_error")
            #expect(one.errors.contains("--limit shows more"))
        }
    }

    @Test func aJobIsShownWithEveryState() async throws {
        try await withProject { _, falhost, _ in
            await #expect(try falhost("generate", "--avatar", "demo-anna", "x").status == 0)
            let id = try await String(falhost("jobs").output.prefix(16))
            let shown = try await falhost("jobs", "show", String(id.prefix(6)), "--json")
            let job = try JSONValue(parsing: shown.output)
            #expect(job["id"]?.stringValue == id && job["script"] == "generate" && job["prompt"] == "x")
            let states = (job["history"]?.arrayValue ?? []).compactMap { $0["state"]?.stringValue }
            #expect(states == ["submitting", "submitted", "completed"])
            #expect(job["urls"]?.arrayValue?.count == 1 && job["arguments"]?["seed"]?.integerValue != nil)
            await #expect(try falhost("jobs", "show", id.uppercased()).output.contains("\tcompleted\n"))
        }
    }

    @Test func aKeyIsShownWhereThereIsOne() async throws {
        try await withProject { _, falhost, folder in
            let script = """
                local fal = require "fal"
                fal.generate_avatar_image("demo-anna", "plain", { quality = "fast" })
                fal.generate_avatar_image("demo-anna", "named", { quality = "fast", key = "update 17\\t1" })
                """
            try script.write(to: folder.appending(path: "named.lua"), atomically: true, encoding: .utf8)
            await #expect(try falhost("named.lua").status == 0)
            let lines = try await falhost("jobs", "list").output.split(separator: "\n").map {
                $0.split(separator: "\t")
            }
            try #require(lines.map(\.count) == [8, 7], "\(lines)")
            #expect(lines[0].suffix(2) == ["named", "update 17 1"] && lines[1].last == "plain")
            await #expect(try falhost("jobs", "show", String(lines[0][0])).output.contains("\nkey\tupdate 17\t1\n"))
            await #expect(try !falhost("jobs", "show", String(lines[1][0])).output.contains("\nkey\t"))
        }
    }

    @Test func aJobIsCancelledAtFalAndInTheLedger() async throws {
        try await withProject(faults: ["job:endless"]) { simulator, falhost, folder in
            let generation = try RunningFalhost(
                ["generate", "--avatar", "demo-anna", "x"], environment: simulator.environment(), folder: folder)
            try await generation.wait { simulator.counters()[.stream] == 1 }
            generation.signal(SIGKILL)
            _ = try await generation.ending()
            let id = try await String(falhost("jobs").output.prefix(16))
            let run = try await falhost("jobs", "cancel", id)
            #expect(run.status == 0 && run.errors.contains("fal was asked to cancel it"), "\(run.errors)")
            #expect(simulator.counters().cancels == 1)
            await #expect(try falhost("jobs").output.contains("\tcancelled\t"))
            let again = try await falhost("jobs", "cancel", id)
            #expect(again.status == 64 && again.errors.contains("cancelled already"))
            await #expect(try falhost("resume").errors.contains("nothing to resume"))
        }
    }

    @Test func badInputIsToldWithTheNearestName() async throws {
        try await withProject { _, falhost, _ in
            let state = try await falhost("jobs", "list", "--state", "submited")
            #expect(state.status == 64 && state.errors.contains("did you mean submitted?"))
            for id in ["abc", "", "%", "0123456789abcdef0", "привет"] {
                let shown = try await falhost("jobs", "show", id)
                #expect(shown.status == 66 && shown.errors.contains("no job"), "\(id): \(shown.errors)")
            }
            await #expect(try falhost("jobs", "list", "--limit", "0").status == 64)
            for _ in 0..<20 { await #expect(try falhost("generate", "--avatar", "demo-anna", "x").status == 0) }
            // Of 20 ids two begin alike.
            let ids = try await falhost("jobs").output.split(separator: "\n").map { String($0.prefix(1)) }
            let twice = try #require(Dictionary(grouping: ids) { $0 }.first { $0.value.count > 1 }?.key)
            let several = try await falhost("jobs", "show", twice)
            #expect(several.status == 64 && several.errors.contains("several jobs"))
        }
    }
}
