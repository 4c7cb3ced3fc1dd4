import Foundation
import JSON
import Simulator
import Testing

/// `falhost batch` as operators meet it; the simulator counts what was really sent.
@Suite(.timeLimit(.minutes(5)))
struct BatchCommandTests {
    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        return project
    }

    @Test func everyLineIsMadeWithEveryAvatarAndPreset() async throws {
        let project = try await Self.project()
        try project.file("p.csv", "prompt,num_images,seed\nby the sea,,7\n\"night, rain\",2,\n")
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "batch", "p.csv", "--avatar", "demo-anna,demo-noir", "--preset", "fast", "--preset", "quality",
                "--concurrency", "3", "--set", "seed=9", environment: simulator.environment(), folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            #expect(simulator.counters()[.submit] == 8)
            let files = run.output.split(separator: "\n").map(String.init)
            #expect(files.count == 12 && Set(files).count == 12)
            #expect(files.allSatisfy { FileManager.default.fileExists(atPath: $0) })
            #expect(run.errors.contains("8 of 8 done"), "\(run.errors)")
        }
        let jobs = try await FalhostProcess.run("jobs", "list", "--json", folder: project.url).output
        let seeds = try JSONValue(parsing: jobs).arrayValue?.map { $0["arguments"]?["seed"]?.integerValue }
        // The line's own seed lies on top of the command line's.
        #expect(seeds?.filter { $0 == 7 }.count == 4 && seeds?.filter { $0 == 9 }.count == 4)
    }

    @Test func aFileWithBadLinesIsRefusedWhole() async throws {
        let project = try await Self.project()
        try project.file("p.csv", "prompt,guidance_scale,avatar\nok,3,demo-anna\nno,99,demo-anna\nwho,,demo-ana\n")
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "batch", "p.csv", environment: simulator.environment(), folder: project.url)
            #expect(run.status == 65)
            #expect(run.output.isEmpty)
            #expect(run.complaints.first == "falhost: nothing was sent: p.csv cannot be used")
            #expect(run.complaints.count == 3)
            #expect(run.complaints.dropFirst().first?.hasPrefix("p.csv:3: ") == true, "\(run.errors)")
            #expect(run.complaints.last == "p.csv:4: avatar demo-ana not found; did you mean demo-anna?")
            #expect(simulator.counters()[.submit] == 0)
        }
    }

    @Test func aDryRunCountsAndSendsNothing() async throws {
        let project = try await Self.project()
        try project.file("p.txt", "{a|b|c} {d|e}\nplain\n")
        try await withSimulator { simulator in
            let run = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna", "--preset", "fast", "--combinations", "--dry-run",
                environment: simulator.environment(), folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            #expect(
                run.output.contains("demo-anna  fast    fal-ai/flux-lora     7         7    $0.245"), "\(run.output)")
            #expect(run.output.hasSuffix("nothing was sent\n"))
            let json = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna", "--combinations", "--limit", "3", "--dry-run", "--jsonl",
                environment: simulator.environment(), folder: project.url)
            let plan = try JSONValue(parsing: json.output)
            #expect(plan["event"] == "batch.planned" && plan["jobs"] == 3, "\(json.output)")
            let planned: Set = ["v", "event", "jobs", "pictures", "estimate", "unknown_estimates", "rows", "time"]
            #expect(Set(plan.objectValue?.names ?? []) == planned)
            #expect(simulator.counters()[.submit] == 0)
        }
    }

    @Test func someThatFailMakeItEndWith3() async throws {
        let project = try await Self.project()
        let prompts = Data("one\ntwo\nthree\n".utf8)
        try await withSimulator(faults: ["result:422"]) { simulator in
            let run = try await FalhostProcess.run(
                ["batch", "-", "--avatar", "demo-anna", "--jsonl", "--concurrency", "1"],
                environment: simulator.environment(), input: prompts, folder: project.url)
            #expect(run.status == 3, "\(run.errors)")
            let events = try run.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(events.allSatisfy { $0["v"] == 1 })
            let names =
                ["batch.started"]
                + ["job.started", "job.failed", "job.started", "job.completed", "job.started", "job.completed"]
                + ["batch.ended"]
            #expect(events.map { $0["event"]?.stringValue } == names)
            #expect(events[2]["error"]?["code"] == "validation", "\(run.output)")
            // The schema: fields are only ever added.
            let job: Set = ["v", "event", "number", "line", "avatar", "prompt"]
            #expect(Set(events[0].objectValue?.names ?? []) == ["v", "event", "run", "jobs"])
            #expect(Set(events[1].objectValue?.names ?? []) == job)
            #expect(Set(events[2].objectValue?.names ?? []) == job.union(["error"]))
            #expect(Set(events[4].objectValue?.names ?? []) == job.union(["result", "files"]))
            let ended: Set = [
                "v", "event", "jobs", "completed", "failed", "not_done", "resumed", "over_budget", "pictures", "spent",
                "unknown_prices", "duration",
            ]
            #expect(Set(events.last?.objectValue?.names ?? []) == ended)
            #expect(events.last?["completed"] == 2 && events.last?["failed"] == 1)
            let last = run.complaints.last ?? ""
            #expect(last.hasPrefix("falhost: 1 of 3 failed; make just these again: falhost batch --retry-failed 2"))
        }
    }

    @Test func itSpeaksRussianWhereTheLocaleDoes() async throws {
        let project = try await Self.project()
        try project.file("p.txt", "one\ntwo\n")
        try await withSimulator(faults: ["submit:422:times=1"]) { simulator in
            let environment = simulator.environment().merging(["FALHOST_LANG": "ru"]) { $1 }
            let arguments = ["batch", "p.txt", "--avatar", "demo-anna", "--preset", "fast"]
            let plan = try await FalhostProcess.run(
                arguments + ["--dry-run"], environment: environment, folder: project.url)
            #expect(plan.status == 0 && plan.output.hasPrefix("аватар     пресет  модель "), "\(plan.errors)")
            #expect(plan.output.hasSuffix("ничего не отправлено\n"), "\(plan.output)")
            let run = try await FalhostProcess.run(arguments, environment: environment, folder: project.url)
            #expect(run.status == 3)
            #expect(run.errors.contains(": 2 задания\n") && run.errors.contains("\": ошибка: "), "\(run.errors)")
            #expect(run.errors.contains("готово 1 из 2, с ошибкой 1, "), "\(run.errors)")
            #expect(run.errors.contains("с ошибкой 1 из 2; сделать снова только их: falhost batch"), "\(run.errors)")
        }
    }

    @Test func whatNoJobWouldGetPastEndsTheBatch() async throws {
        let project = try await Self.project()
        let prompts = Data(String(repeating: "x\n", count: 50).utf8)
        try await withSimulator(faults: ["submit:403:times=always"]) { simulator in
            let run = try await FalhostProcess.run(
                ["batch", "-", "--avatar", "demo-anna", "--concurrency", "2"],
                environment: simulator.environment(), input: prompts, folder: project.url)
            #expect(run.status == 77, "\(run.errors)")
            #expect(simulator.counters()[.submit] < 10)
            #expect(run.complaints.last?.contains("[billing") == true, "\(run.errors)")
        }
    }

    @Test func alternativesAreDrawnAgainByTheirNumber() async throws {
        let project = try await Self.project()
        let prompts = Data(String(repeating: "{a|b|c|d|e|f|g}{a|b|c|d|e|f|g}\n", count: 6).utf8)
        func drawn(_ number: String) async throws -> [String?] {
            let run = try await FalhostProcess.run(
                ["batch", "-", "--avatar", "demo-anna", "--jsonl", "--simulate", "--draw", number],
                input: prompts, folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            return try run.output.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
                .filter { $0["event"] == "job.started" }.map { $0["prompt"]?.stringValue }
        }
        let first = try await drawn("7")
        #expect(first.count == 6)
        #expect(try await drawn("7") == first)
        #expect(try await drawn("8") != first)
    }

    @Test func aTerminalShowsHowFarItIs() async throws {
        let project = try await Self.project()
        try project.file("p.txt", String(repeating: "by the sea\n", count: 4))
        let home = try TemporaryFolder()
        try await withSimulator(faults: ["result:late:ms=1500:times=2"]) { simulator in
            let falhost = try TerminalFalhost(
                ["batch", "p.txt", "--avatar", "demo-anna"], environment: simulator.environment(), home: home,
                folder: project.url)
            try await falhost.see("2 of 4 done, 2 in flight")
            try await falhost.see("4 of 4 done")
            #expect(await falhost.ending().status == 0)
        }
    }
}
