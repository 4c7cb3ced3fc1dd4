import Foundation
import JSON
import Simulator
import Testing

/// What a batch that ended early, or in part, leaves to the next one; the simulator counts what was really sent.
@Suite(.timeLimit(.minutes(5)))
struct BatchResumptionTests {
    private static func project() async throws -> TemporaryFolder {
        let project = try TemporaryFolder.project()
        let demo = project.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: project.url).status == 0)
        return project
    }

    /// Runs the command that a message names behind its last `falhost batch`.
    private static func follow(
        _ errors: String, _ environment: [String: String], in project: TemporaryFolder
    ) async throws -> FalhostProcess {
        let command = try #require(errors.range(of: "falhost batch ", options: .backwards)).upperBound
        let line = errors[command...].prefix { !$0.isNewline }
        return try await RunningFalhost(
            ["-c", "exec \"$FALHOST\" batch \(line)"],
            environment: environment.merging(["FALHOST": FalhostProcess.executable.path]) { $1 }, folder: project.url,
            executable: URL(fileURLWithPath: "/bin/sh")
        ).ending()
    }

    private static func files(in folder: String) -> [String] {
        (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).filter {
            ["png", "jpg", "jpeg", "webp"].contains(($0 as NSString).pathExtension)
        }
    }

    @Test func afterCtrlCTheLastLineFinishesTheBatch() async throws {
        let project = try await Self.project()
        // Alternatives that nobody told how to draw: the resumed run draws them as the first did.
        try project.file("p.txt", (1...60).map { "{a|b|c|d|e} {f|g|h} {{number}} of line \($0)\n" }.joined())
        try await withSimulator { simulator in
            let batch = try RunningFalhost(
                [
                    "batch", "p.txt", "--avatar", "demo-anna,demo-noir", "--out", "here",
                    "--name", "{prompt}.{ext}", "--set", "num_images=1",
                ], environment: simulator.environment(), folder: project.url)
            try await batch.wait { batch.output.split(separator: "\n").count > 30 }
            batch.signal(SIGINT)
            let stopped = try await batch.ending()
            #expect(stopped.status == 130, "\(stopped.errors)")
            let sent = simulator.counters()[.submit]
            #expect((30..<120).contains(sent))
            let last = stopped.complaints.last ?? ""
            #expect(last.contains("the rest of the batch: falhost batch --resume-run 2"), "\(last)")
            let rest = try await Self.follow(last, simulator.environment(), in: project)
            #expect(rest.status == 0, "\(rest.errors)")
            #expect(rest.errors.contains("120 of 120 done"), "\(rest.errors)")
            #expect(simulator.counters()[.submit] == 120)
            #expect(Set(rest.output.split(separator: "\n")).count == 120)
            #expect(Self.files(in: project.path + "/here").count == 120)

            let again = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna", "--avatar", "demo-noir", "--resume",
                "--out", "here", "--set", "num_images=1", environment: simulator.environment(), folder: project.url)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.errors.contains("120 results from the ledger"), "\(again.errors)")
            #expect(simulator.counters()[.submit] == 120)
        }
    }

    @Test func onlyTheJobsThatFailedAreMadeAgain() async throws {
        let project = try await Self.project()
        try project.file("p.csv", "prompt,preset,seed\none,fast,1\ntwo,quality,2\nthree,,3\nfour,,4\n")
        try await withSimulator(faults: ["result:422:times=3"]) { simulator in
            let first = try await FalhostProcess.run(
                "batch", "p.csv", "--avatar", "demo-anna", "--concurrency", "1", "--out", "my pictures",
                environment: simulator.environment(), folder: project.url)
            #expect(first.status == 3, "\(first.errors)")
            let last = first.complaints.last ?? ""
            #expect(last.hasPrefix("falhost: 3 of 4 failed; make just these again: falhost batch --retry-failed 2"))
            #expect(last.hasSuffix(" --out 'my pictures'"), "\(last)")
            let again = try await Self.follow(last, simulator.environment(), in: project)
            #expect(again.status == 0, "\(again.errors)")
            #expect(again.output.split(separator: "\n").count == 3)
            #expect(simulator.counters()[.submit] == 7)
            #expect(Self.files(in: project.path + "/my pictures").count == 4)

            let nothing = try await Self.follow(last, simulator.environment(), in: project)
            #expect(nothing.status == 0 && nothing.output.isEmpty, "\(nothing.errors)")
            #expect(nothing.errors.contains("nothing to make again"))
            #expect(simulator.counters()[.submit] == 7)
        }
        let list = try await FalhostProcess.run("jobs", "list", "--json", folder: project.url).output
        let jobs = try JSONValue(parsing: list).arrayValue ?? []
        for prompt in ["one", "two", "three"] {
            let same = jobs.filter { $0["arguments"]?["prompt"]?.stringValue?.contains(prompt) == true }
            #expect(same.count == 2)
            #expect(Set(same.map { "\($0["arguments"] ?? .null)" }).count == 1, "the same request: \(same)")
        }
    }

    @Test func aRetryThatFailsInPartLeavesTheRestToTheNext() async throws {
        let project = try await Self.project()
        try project.file("p.txt", "one\ntwo\nthree\n")
        try await withSimulator(faults: ["result:422:times=4"]) { simulator in
            let first = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna", "--concurrency", "1", environment: simulator.environment(),
                folder: project.url)
            #expect(first.status == 3)
            let second = try await Self.follow(first.errors, simulator.environment(), in: project)
            #expect(second.status == 3)
            #expect(second.complaints.last?.hasPrefix("falhost: 1 of 3 failed; make just these again") == true)
            // The first run's failures but for what the second one made.
            let third = try await Self.follow(first.errors, simulator.environment(), in: project)
            #expect(third.status == 0 && third.output.split(separator: "\n").count == 1, "\(third.errors)")
            let fourth = try await Self.follow(second.errors, simulator.environment(), in: project)
            #expect(fourth.status == 0 && fourth.output.isEmpty, "\(fourth.errors)")
            #expect(simulator.counters()[.submit] == 7)
        }
    }

    @Test func whatABudgetRefusedIsMadeWithMoreOfIt() async throws {
        let project = try await Self.project()
        try project.file("p.txt", "one\ntwo\nthree\nfour\n")
        try await withSimulator { simulator in
            let plan = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna", "--preset", "fast", "--budget", "0.08", "--dry-run",
                environment: simulator.environment(), folder: project.url)
            #expect(plan.output.contains("the estimate is above the budget of $0.08"), "\(plan.output)")
            let first = try await FalhostProcess.run(
                "batch", "p.txt", "--avatar", "demo-anna", "--preset", "fast", "--budget", "0.08",
                environment: simulator.environment(), folder: project.url)
            #expect(first.status == 4, "\(first.errors)")
            #expect(simulator.counters()[.submit] == 2)
            #expect(first.errors.contains("2 of 4 failed for the budget"), "\(first.errors)")
            let second = try await Self.follow(first.errors, simulator.environment(), in: project)
            #expect(second.status == 0, "\(second.errors)")
            #expect(simulator.counters()[.submit] == 4)
        }
    }

    @Test func aLineNamesItsPictures() async throws {
        let project = try await Self.project()
        try project.file(
            "p.csv", "prompt,file,num_images\none,hero,1\ntwo,covers/{avatar}-{index}.png,2\nthree,hero.jpg,1\n")
        try project.file("bad.csv", "prompt,file\none,fine\ntwo,../away\nthree,{nme}\n")
        try await withSimulator { simulator in
            let bad = try await FalhostProcess.run(
                "batch", "bad.csv", "--avatar", "demo-anna", environment: simulator.environment(), folder: project.url)
            #expect(bad.status == 65)
            #expect(bad.complaints.dropFirst().map { String($0.prefix(10)) } == ["bad.csv:3:", "bad.csv:4:"])
            let run = try await FalhostProcess.run(
                "batch", "p.csv", "--avatar", "demo-anna", "--out", "here", "--concurrency", "1",
                environment: simulator.environment(), folder: project.url)
            #expect(run.status == 0, "\(run.errors)")
            let stems = Self.files(in: project.path + "/here").map { ($0 as NSString).deletingPathExtension }
            #expect(stems.sorted() == ["covers/demo-anna-1", "covers/demo-anna-2", "hero", "hero-2"])
        }
    }

    /// A line whose job comes twice, one with two pictures, one whose name is taken by another line, and one without name.
    private static let namedLines = """
        prompt,file,num_images,seed
        one,hero,1,1
        two,covers/{avatar}-{index}.png,2,2
        three,hero.jpg,1,3
        four,,1,4

        """
    private static let names = [
        "covers/demo-anna-1", "covers/demo-anna-1-2", "covers/demo-anna-2", "covers/demo-anna-2-2", "hero", "hero-2",
        "hero-3", "hero-4", "usual 4", "usual 4-2",
    ]

    private static func stems(in folder: String) -> [String] {
        files(in: folder).map { ($0 as NSString).deletingPathExtension }.sorted()
    }

    @Test func theNamesOfLinesSurviveAKillAndAResume() async throws {
        let project = try await Self.project()
        try project.file("p.csv", Self.namedLines)
        var slow = SimulatorConfiguration()
        // Longer than a busy machine takes to see the jobs and to kill who waits for them.
        slow.runTime = .seconds(8)
        try await withSimulator(slow) { simulator in
            let batch = try RunningFalhost(
                ["batch", "p.csv", "--avatar", "demo-anna", "--copies", "2", "--out", "here"]
                    + ["--name", "usual {seed}.{ext}"],
                environment: simulator.environment(), folder: project.url)
            try await batch.wait { simulator.counters()[.stream] == 8 }
            batch.signal(SIGKILL)
            #expect(try await batch.ending().status == 128 + SIGKILL)
            #expect(Self.files(in: project.path + "/here").isEmpty)
            let resumed = try await FalhostProcess.run(
                "resume", "--out", "here", "--name", "usual {seed}.{ext}", environment: simulator.environment(),
                folder: project.url)
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(Self.stems(in: project.path + "/here") == Self.names)
            #expect(simulator.counters()[.submit] == 8)
        }
        let jobs = try await FalhostProcess.run("jobs", "list", "--json", folder: project.url).output
        let names = try #require(try JSONValue(parsing: jobs).arrayValue).map { $0["picture_name"]?.stringValue }
        #expect(Set(names) == ["hero.{ext}", "covers/{avatar}-{index}.{ext}", nil])
    }

    @Test func theNamesOfLinesSurviveARetry() async throws {
        let project = try await Self.project()
        try project.file("p.csv", Self.namedLines)
        try await withSimulator(faults: ["result:422:times=8"]) { simulator in
            let first = try await FalhostProcess.run(
                "batch", "p.csv", "--avatar", "demo-anna", "--copies", "2", "--out", "here", "--name",
                "usual {seed}.{ext}", "--concurrency", "1", environment: simulator.environment(), folder: project.url)
            #expect(first.status == 3 && Self.files(in: project.path + "/here").isEmpty, "\(first.errors)")
            #expect(first.complaints.last?.contains("falhost batch --retry-failed 2") == true, "\(first.errors)")
            let again = try await Self.follow(first.complaints.last ?? "", simulator.environment(), in: project)
            #expect(again.status == 0, "\(again.errors)")
            #expect(Self.stems(in: project.path + "/here") == Self.names)
        }
    }

    @Test func aRetryTakesNoFile() async throws {
        let project = try await Self.project()
        let both = try await FalhostProcess.run("batch", "p.txt", "--retry-failed", "x", folder: project.url)
        #expect(both.status == 64)
        let none = try await FalhostProcess.run("batch", "--retry-failed", "x", "--simulate", folder: project.url)
        #expect(none.status == 66 && none.errors.contains("the ledger has no run 'x'"), "\(none.errors)")
    }
}
