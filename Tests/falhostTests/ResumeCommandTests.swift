import Foundation
import JSON
import Simulator
import Testing

/// falhost killed while it costs money, and taken up again.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ResumeCommandTests {
    /// A project with the demo avatars, and a simulator that its falhost sends everything to.
    private func withProject(
        _ configuration: SimulatorConfiguration = .init(), faults: [String] = [],
        _ test: (Simulator, Project) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.project()
        let demo = folder.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: folder.url).status == 0)
        try await withSimulator(configuration, faults: faults) { simulator in
            try await test(simulator, Project(folder: folder, environment: simulator.environment()))
        }
    }

    private struct Project {
        let folder: TemporaryFolder
        let environment: [String: String]

        func run(_ arguments: String...) async throws -> FalhostProcess {
            try await FalhostProcess.run(arguments, environment: environment, folder: folder.url)
        }

        func start(_ arguments: String...) throws -> RunningFalhost {
            try RunningFalhost(arguments, environment: environment, folder: folder.url)
        }

        /// Starts a generation and kills it once `condition` holds.
        func killGeneration(when condition: @escaping () -> Bool) async throws {
            let falhost = try start("generate", "--avatar", "demo-anna", "by the sea")
            try await falhost.wait(for: condition)
            falhost.signal(SIGKILL)
            #expect(try await falhost.ending().status == 128 + SIGKILL)
        }

        var states: [String] {
            get async throws {
                try await run("jobs", "list").output.split(separator: "\n").map { String($0.split(separator: "\t")[1]) }
            }
        }
    }

    private static let slow = {
        var configuration = SimulatorConfiguration()
        // Longer than a busy machine takes to see the job and to kill who waits for it.
        configuration.runTime = .seconds(8)
        return configuration
    }()

    @Test func aProcessKilledWhileItWaitsLosesNothingAndPaysOnce() async throws {
        try await withProject(Self.slow) { simulator, project in
            try await project.killGeneration { simulator.counters()[.stream] == 1 }
            #expect(try await project.states == ["submitted"])
            let run = try await project.run("resume")
            #expect(run.status == 0, "\(run.errors)")
            let words = run.output.dropLast().split(separator: "\t").map(String.init)
            try #require(words.count == 3 && words[1] == "completed", "\(run.output)")
            let picture = try Data(contentsOf: URL(fileURLWithPath: words[2]))
            #expect(picture.starts(with: [0xFF, 0xD8]))
            #expect(words[2].hasPrefix(project.folder.path + "/.falhost/images/"))
            #expect(simulator.counters().submits == 1 && simulator.counters().cancels == 0)
            let again = try await project.run("resume")
            #expect(again.status == 0 && again.output.isEmpty && again.errors.contains("nothing to resume"))
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aRunThatWasInterruptedSaysHowToFinishItAndPaysOnce(signal: Int32) async throws {
        try await withProject(Self.slow) { simulator, project in
            let falhost = try project.start("generate", "--avatar", "demo-anna", "by the sea")
            try await falhost.wait { simulator.counters()[.stream] == 1 }
            falhost.signal(signal)
            let interrupted = try await falhost.ending()
            #expect(interrupted.status == 128 + signal)
            #expect(try await project.states == ["submitted"])
            let words = try #require(interrupted.complaints.first).split(separator: " ").map(String.init)
            #expect(Array(words.suffix(3).prefix(2)) == ["falhost", "resume"], "\(interrupted.errors)")
            let run = try await project.run("resume", try #require(words.last))
            #expect(run.status == 0, "\(run.errors)")
            #expect(try await project.states == ["completed"])
            #expect(simulator.counters().submits == 1 && simulator.counters().cancels == 0)
        }
    }

    @Test func aProcessKilledBeforeTheAnswerToItsSubmitPaysOnce() async throws {
        try await withProject(faults: ["submit:late:ms=5000"]) { simulator, project in
            try await project.killGeneration { simulator.counters().submits == 1 }
            #expect(try await project.states == ["submitting"])
            let run = try await project.run("resume", "--json")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("fal has it after all"))
            let job = try #require(try JSONValue(parsing: run.output).arrayValue?.first)
            #expect(job["state"] == "completed" && job["files"]?.arrayValue?.count == 1)
            #expect(simulator.counters().submits == 1)
        }
    }

    @Test func aSubmitThatNeverArrivedIsReportedAndSentAgainOnDemandOnly() async throws {
        try await withProject(faults: ["submit:hang"]) { simulator, project in
            try await project.killGeneration { simulator.counters()[.submit] == 1 }
            let first = try await project.run("resume")
            #expect(first.status == 3 && first.output.hasSuffix("\tunknown\n"), "\(first.errors)")
            #expect(first.errors.contains("appear there late"))
            #expect(simulator.counters().submits == 0)
            #expect(try await project.run("resume", "--resubmit-unknown").status == 0)
            #expect(simulator.counters().submits == 1)
            #expect(try await project.states == ["completed"])
        }
    }

    @Test func aJobThatStillRunsStaysSubmitted() async throws {
        try await withProject(faults: ["job:endless"]) { simulator, project in
            try await project.killGeneration { simulator.counters()[.stream] == 1 }
            let run = try await project.run("resume", "--timeout", "0.2")
            #expect(run.status == 75, "\(run.errors)")
            #expect(run.output.hasSuffix("\tsubmitted\n") && run.errors.contains("still runs at fal"))
            #expect(try await project.states == ["submitted"])
            #expect(simulator.counters().cancels == 0)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func anInterruptedResumeLeavesAllAsItWas(signal: Int32) async throws {
        try await withProject(faults: ["job:endless"]) { simulator, project in
            try await project.killGeneration { simulator.counters()[.stream] == 1 }
            let resume = try project.start("resume")
            try await resume.wait { simulator.counters()[.stream] == 2 }
            resume.signal(signal)
            #expect(try await resume.ending().status == 128 + signal)
            #expect(try await project.states == ["submitted"])
            #expect(simulator.counters().cancels == 0)
        }
    }

    @Test func jobsOfALivingProcessAreLeftToIt() async throws {
        try await withProject(faults: ["job:endless"]) { simulator, project in
            let falhost = try project.start("generate", "--avatar", "demo-anna", "by the sea")
            try await falhost.wait { simulator.counters()[.stream] == 1 }
            let run = try await project.run("resume", "--timeout", "1")
            #expect(run.status == 0 && run.errors.contains("another process has them in hand"), "\(run.errors)")
            let id = try #require(try await project.run("jobs").output.split(separator: "\t").dropFirst(3).first)
            #expect(try await project.run("resume", String(id)).status == 3)
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            #expect(try await project.run("resume", "--timeout", "0.2").status == 75)
        }
    }

    @Test func jobsOfAnotherServerAreLeftAlone() async throws {
        try await withProject(faults: ["job:endless"]) { simulator, project in
            try await project.killGeneration { simulator.counters()[.stream] == 1 }
            let run = try await FalhostProcess.run(
                "resume", environment: ["FAL_KEY": "a:b"], folder: project.folder.url)
            #expect(run.status == 0 && run.errors.contains("they were sent to \(simulator.baseURL)"), "\(run.errors)")
        }
    }

    @Test func jobsOfABuiltInSimulatorEndWithIt() async throws {
        let folder = try TemporaryFolder.project()
        let demo = folder.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: folder.url).status == 0)
        let falhost = try RunningFalhost(
            ["generate", "--simulate", "--fault", "job:endless", "--avatar", "demo-anna", "x"], folder: folder.url)
        try await falhost.wait {
            (try? await FalhostProcess.run("jobs", folder: folder.url).output.contains("\tsubmitted\t")) == true
        }
        falhost.signal(SIGKILL)
        _ = try await falhost.ending()
        let run = try await FalhostProcess.run("resume", environment: ["FAL_KEY": "a:b"], folder: folder.url)
        #expect(run.status == 0 && run.output.hasSuffix("\texpired\n"), "\(run.errors)")
    }

    @Test func badInputIsOneLine() async throws {
        try await withProject { _, project in
            let unknown = try await project.run("resume", "no-such-run").status
            let negative = try await project.run("resume", "--timeout", "-1").status
            let withoutKey = try await FalhostProcess.run("resume", folder: project.folder.url).status
            #expect(unknown == 66 && negative == 64 && withoutKey == 77)
        }
    }
}
