import Foundation
import JSON
import Simulator
import Testing

/// `falhost serve` beside a simulator that signs and sends its webhooks.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct ServeCommandTests {
    /// A receiver and what it is a part of.
    private struct Serving {
        let falhost: RunningFalhost
        let port: Int

        func get(_ path: String) -> String {
            (try? LoopbackSocket(port: port).exchange("GET", path)) ?? ""
        }

        func wait(forMetrics lines: String...) async throws {
            try await falhost.wait {
                let metrics = get("/metrics").components(separatedBy: "\r\n").last?.split(separator: "\n") ?? []
                return lines.allSatisfy { metrics.contains(Substring("falhost_webhook_" + $0)) }
            }
        }

        /// Waits until it listens.
        func listens() async throws { try await falhost.wait { get("/healthz").contains("200 OK") } }

        func end(_ signal: Int32 = SIGTERM) async throws -> FalhostProcess {
            falhost.signal(signal)
            return try await falhost.ending()
        }
    }

    private struct Project {
        let folder: TemporaryFolder
        let environment: [String: String]

        func run(_ arguments: String...) async throws -> FalhostProcess {
            try await FalhostProcess.run(arguments, environment: environment, folder: folder.url)
        }

        var states: [String] {
            get async {
                (try? await run("jobs", "list"))?.output.split(separator: "\n")
                    .map { String($0.split(separator: "\t")[1]) } ?? []
            }
        }

        /// Starts a receiver whose address each job names; with a script it runs that.
        func serve(_ script: String? = nil, _ options: String..., port: Int? = nil) throws -> Serving {
            let port = try port ?? LoopbackSocket.freePort()
            var arguments =
                ["serve", "--webhook-port", "\(port)", "--public-url", "http://127.0.0.1:\(port)/webhooks/fal"]
                + options
            if let script { arguments.append(try folder.file("script.lua", contents: Data(script.utf8)).path) }
            let falhost = try RunningFalhost(arguments, environment: environment, folder: folder.url)
            return Serving(falhost: falhost, port: port)
        }
    }

    private func withProject(
        runTime: Duration = .zero, faults: [String] = [], _ test: (Simulator, Project) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.project()
        var configuration = SimulatorConfiguration()
        configuration.runTime = runTime
        configuration.webhookRetry = .milliseconds(500)
        try await withSimulator(configuration, faults: faults) { simulator in
            try await test(simulator, Project(folder: folder, environment: simulator.environment()))
        }
    }

    /// Makes a picture, says so and stays.
    private static let oneJob = """
        local fal, task = require "fal", require "task"
        local output = fal.subscribe("fal-ai/flux-lora", { prompt = "a lighthouse", seed = 7 })
        print("seed " .. output.seed)
        task.sleep(100)
        """

    @Test func aWebhookWakesAScriptWhoseStreamHangs() async throws {
        try await withProject(runTime: .seconds(1), faults: ["stream:hang"]) { simulator, project in
            let serving = try project.serve(Self.oneJob)
            try await serving.falhost.wait { serving.falhost.output == "seed 7\n" }
            try await serving.wait(forMetrics: #"deliveries_total{outcome="woke"} 1"#, "accepted_total 1")
            let counters = simulator.counters()
            #expect(counters.submits == 1 && counters[.status] == 1 && counters[.result] == 1)
            let ended = try await serving.end()
            let states = await project.states
            #expect(ended.status == 143 && states == ["completed"], "\(ended.errors)")
        }
    }

    @Test func aWebhookWakesAScriptThatPolls() async throws {
        try await withProject(runTime: .seconds(1), faults: ["stream:404:times=9", "status:late:ms=100"]) {
            simulator, project in
            let serving = try project.serve(Self.oneJob)
            try await serving.falhost.wait { serving.falhost.output == "seed 7\n" }
            try await serving.wait(forMetrics: "accepted_total 1")
            _ = try await serving.end()
        }
    }

    @Test(arguments: [
        ("twice", "accepted_total 2", #"deliveries_total{outcome="replayed"} 1"#),
        ("bad-signature", #"refused_total{reason="signature"} 1"#, "accepted_total 1"),
        ("old-timestamp", #"refused_total{reason="timestamp"} 1"#, "accepted_total 1"),
        ("unknown-key", #"refused_total{reason="signature"} 1"#, "accepted_total 1"),
        ("payload-error", "accepted_total 1", "accepted_total 1"),
    ])
    func whateverIsWrongWithAWebhookTheJobIsDoneOnce(fault: String, line: String, other: String) async throws {
        try await withProject(faults: ["webhook:\(fault)"]) { simulator, project in
            let serving = try project.serve(Self.oneJob)
            try await serving.falhost.wait { serving.falhost.output == "seed 7\n" }
            try await serving.falhost.wait {
                let metrics = serving.get("/metrics")
                // The same second gives the same signature, another one another: the second of two is either.
                let lines = fault == "twice" ? [line, other] : [line]
                return lines.contains { metrics.contains($0 + "\n") } && (fault == "twice" || metrics.contains(other))
            }
            #expect(simulator.counters().submits == 1)
            _ = try await serving.end()
            #expect(await project.states == ["completed"])
        }
    }

    @Test func aNewKeyOfFalsIsFetchedWhenItIsMet() async throws {
        try await withProject { simulator, project in
            let serving = try project.serve(
                """
                local fal, task = require "fal", require "task"
                for seed = 1, 2 do
                  fal.subscribe("fal-ai/flux-lora", { prompt = "a lighthouse", seed = seed })
                  print(seed)
                  while not io.open("go") do task.sleep(0.05) end
                end
                task.sleep(100)
                """)
            try await serving.wait(forMetrics: "accepted_total 1")
            simulator.order(try Fault(parsing: "webhook:rotated-key"))
            _ = try project.folder.file("go")
            try await serving.wait(forMetrics: "accepted_total 2", #"key_refreshes_total{result="ok"} 2"#)
            _ = try await serving.end()
        }
    }

    @Test func withoutAnyWebhookTheStreamTells() async throws {
        try await withProject(faults: ["webhook:lost"]) { simulator, project in
            let serving = try project.serve(Self.oneJob)
            try await serving.falhost.wait { serving.falhost.output == "seed 7\n" }
            try await serving.wait(forMetrics: "accepted_total 0")
            #expect(simulator.counters().webhooks.lost == 1)
            _ = try await serving.end()
        }
    }

    /// In the second case the webhook is there before the answer to the submit.
    @Test(arguments: [[], ["submit:late:ms=400"]])
    func aJobThatNobodyWaitsForEndsInTheLedger(faults: [String]) async throws {
        try await withProject(faults: faults) { simulator, project in
            let serving = try project.serve(
                """
                require "fal".submit("fal-ai/flux-lora", { prompt = "a lighthouse" })
                print("submitted")
                require "task".sleep(100)
                """)
            try await serving.wait(forMetrics: #"deliveries_total{outcome="collected"} 1"#)
            try await serving.falhost.wait { await project.states == ["completed"] }
            _ = try await serving.end()
        }
    }

    @Test func withoutAScriptItCollectsWhatAKilledProcessLeft() async throws {
        try await withProject(runTime: .seconds(6)) { simulator, project in
            let port = try LoopbackSocket.freePort()
            let script = try project.folder.file(
                "killed.lua",
                contents: Data(
                    """
                    local fal = require "fal"
                    local options = { webhook_url = "http://127.0.0.1:\(port)/webhooks/fal" }
                    fal.submit("fal-ai/flux-lora", { prompt = "a lighthouse" }, options)
                    print("submitted")
                    fal.submit("fal-ai/flux-lora", { prompt = "another" }, options)
                    """.utf8))
            let killed = try RunningFalhost(
                ["run", "--jobs-in-flight", "1", script.path], environment: project.environment,
                folder: project.folder.url)
            try await killed.wait { killed.output == "submitted\n" }
            try await killed.wait { await project.states.count == 2 }
            killed.signal(SIGKILL)
            _ = try await killed.ending()
            let serving = try project.serve(port: port)
            try await serving.falhost.wait { serving.falhost.output.contains("\tcompleted\t") }
            try await serving.wait(forMetrics: "accepted_total 1")
            #expect(serving.get("/healthz").contains(#""open_jobs":1"#))
            let jobs = #"falhost_jobs_total{endpoint="fal-ai/flux-lora",preset="none",outcome="completed"} 1"#
            let metrics = serving.get("/metrics").components(separatedBy: "\r\n\r\n").dropFirst().joined()
            #expect(metrics.contains(jobs), "\(metrics)")
            try await Promtool.check(metrics)
            let ended = try await serving.end()
            #expect(ended.status == 0, "\(ended.errors)")
            #expect(ended.errors.contains("it was never sent; falhost resume sends it"))
            let picture = try #require(ended.output.split(whereSeparator: \.isWhitespace).last { $0.contains("/") })
            #expect(try Data(contentsOf: URL(fileURLWithPath: String(picture))).count > 100)
            #expect(simulator.counters().submits == 1)
            #expect(await project.states == ["intent", "completed"])
        }
    }

    @Test func aWebhookOfNobodysJobIsCountedAndNothingElse() async throws {
        try await withProject { simulator, project in
            let serving = try project.serve()
            try await serving.listens()
            let socket = try LoopbackSocket(port: simulator.port)
            _ = try socket.exchange(
                "POST",
                "/fal-ai/flux-lora?fal_webhook=http%3A%2F%2F127.0.0.1%3A\(serving.port)%2Fwebhooks%2Ffal",
                body: #"{"prompt":"x"}"#, headers: ["Authorization: Key x:y", "Content-Type: application/json"])
            try await serving.wait(forMetrics: #"deliveries_total{outcome="unknown"} 1"#)
            let ended = try await serving.end(SIGINT)
            #expect(ended.status == 0 && ended.output.isEmpty, "\(ended.errors)")
        }
    }

    @Test func anAddressThatIsNoneIsRefusedBeforeAnythingIsSent() async throws {
        try await withProject { simulator, project in
            let chunk = """
                local fal = require "fal"
                local ok, err = pcall(fal.submit, "fal-ai/flux-lora", { prompt = "x" }, { webhook_url = "ftp://x/y" })
                print(ok, err.code, err.field)
                """
            let run = try await project.run("-e", chunk)
            #expect(run.output == "false\tvalidation\twebhook_url\n", "\(run.errors)")
            let demo = project.folder.path + "/scripts/lib/demo_avatars.json"
            #expect(try await project.run("avatars", "import", demo).status == 0)
            let generation = try await project.run(
                "generate", "--avatar", "demo-anna", "--set", "webhook_url=hook", "by the sea")
            #expect(generation.status == 65 && generation.errors.contains("must be an http or https URL"))
            #expect(simulator.counters().submits == 0)
        }
    }

    @Test func aWrongOptionIsToldAtOnce() async throws {
        try await withProject { simulator, project in
            #expect(try await project.run("serve", "--public-url", "bot.example").status == 64)
            #expect(try await project.run("serve", "--webhook-port", "70000").status == 64)
            let taken = try await project.run("serve", "--webhook-port", "\(simulator.port)")
            #expect(taken.status == 69 && taken.errors.contains("choose another port with --webhook-port"))
        }
    }
}
