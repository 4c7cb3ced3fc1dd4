import Foundation
import Simulator
import Testing

/// The pacing of whole runs, as flags, variables and scripts ask for it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PacingCommandTests {
    private static func simulator(runTime: Duration) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        configuration.runTime = runTime
        return configuration
    }

    private static func script(_ body: String) -> String {
        "local fal, task = require 'fal', require 'task'\n" + body
    }

    /// Submits everything before it asks for the first result.
    private static let submitsAll = script(
        """
        local jobs = {}
        for seed = 1, 12 do
          jobs[seed] = fal.submit("fal-ai/flux-lora", { prompt = "x", seed = seed })
        end
        for seed, job in ipairs(jobs) do
          assert(job:result().seed == seed)
        end
        print(#jobs)
        """)

    @Test(arguments: [true, false])
    func noMoreJobsAreAtFalThanTheOperatorAllows(isFlag: Bool) async throws {
        try await withSimulator(Self.simulator(runTime: .milliseconds(20))) { simulator in
            let flags = isFlag ? ["--jobs-in-flight", "3"] : []
            let variables = isFlag ? [:] : ["FALHOST_JOBS_IN_FLIGHT": "3"]
            let run = try await FalhostProcess.run(
                flags + ["-e", Self.submitsAll], environment: simulator.environment().merging(variables) { $1 })
            #expect(run.output == "12\n", "\(run.errors)")
            #expect(simulator.counters().submits == 12 && simulator.counters().mostOpen == 3)
        }
    }

    /// One submit leaves at once, and one for each tenth of a second after that.
    @Test(arguments: [true, false])
    func submitsKeepToTheRate(isFlag: Bool) async throws {
        try await withSimulator { simulator in
            let flags = isFlag ? ["--submits-per-second", "10"] : []
            let variables = isFlag ? [:] : ["FALHOST_SUBMITS_PER_SECOND": "10"]
            let start = ContinuousClock.now
            let run = try await FalhostProcess.run(
                flags + ["-e", Self.submitsAll], environment: simulator.environment().merging(variables) { $1 })
            #expect(run.output == "12\n", "\(run.errors)")
            #expect(.now - start >= .milliseconds(1090))
        }
    }

    /// The second user's jobs do not wait for all of the first one's; nothing of the key is sent.
    @Test func usersTakeTurnsWhereAScriptSaysWhoseAJobIs() async throws {
        let script = Self.script(
            """
            local done = {}
            local function job(user, seed)
              return task.spawn(function()
                fal.subscribe("fal-ai/flux-lora", { prompt = "x", seed = seed }, { fairness_key = user })
                done[#done + 1] = user
              end)
            end
            local jobs = {}
            for i = 1, 8 do jobs[#jobs + 1] = job("a", i) end
            for i = 1, 3 do jobs[#jobs + 1] = job("b", 100 + i) end
            task.all(jobs)
            print(table.concat(done))
            """)
        try await withSimulator(Self.simulator(runTime: .milliseconds(5))) { simulator in
            let run = try await FalhostProcess.run(
                "--jobs-in-flight", "1", "-e", script, environment: simulator.environment())
            #expect(run.output == "aabababaaaa\n", "\(run.errors)")
            #expect(simulator.counters()[.stream] == 11, "somebody watched what the script waits for already")
        }
    }

    @Test func avatarsTakeTurnsWhereTheOperatorSaysSo() async throws {
        let script = Self.script(
            """
            local function avatar(id)
              return { id = id, name = id, training_type = "portrait", status = "completed",
                diffusers_lora_file_url = "https://v3.fal.media/files/x/lora.safetensors", trigger_phrase = "TOK" }
            end
            local done, jobs = {}, {}
            for i, id in ipairs { "a", "a", "a", "a", "b", "b" } do
              jobs[i] = task.spawn(function()
                fal.generate_avatar_image(avatar(id), "x")
                done[#done + 1] = id
              end)
            end
            task.all(jobs)
            print(table.concat(done))
            """)
        let project = try TemporaryFolder.project()
        try await withSimulator(Self.simulator(runTime: .milliseconds(5))) { simulator in
            let base = ["--root", project.path, "--jobs-in-flight", "1", "-e", script]
            let inOrder = try await FalhostProcess.run(base, environment: simulator.environment())
            #expect(inOrder.output == "aaaabb\n", "\(inOrder.errors)")
            let inTurn = try await FalhostProcess.run(["--fair-avatars"] + base, environment: simulator.environment())
            #expect(inTurn.output == "aababa\n", "\(inTurn.errors)")
        }
    }

    /// Of six jobs two are at fal and four wait when the process dies; all six are made, each once.
    @Test(arguments: [SIGKILL, SIGTERM])
    func jobsThatWaitAreSubmittedByResume(signal: Int32) async throws {
        let script = Self.script(
            """
            task.map({ 1, 2, 3, 4, 5, 6 }, function(seed)
              fal.subscribe("fal-ai/flux-lora", { prompt = "x", seed = seed, image_size = { width = 16, height = 16 } })
            end)
            """)
        let project = try TemporaryFolder.project()
        try await withSimulator(Self.simulator(runTime: .seconds(6))) { simulator in
            let environment = simulator.environment()
            func states() async throws -> [String: Int] {
                let list = try await FalhostProcess.run("jobs", "list", environment: environment, folder: project.url)
                return Dictionary(grouping: list.output.split(separator: "\n")) { String($0.split(separator: "\t")[1]) }
                    .mapValues(\.count)
            }
            let falhost = try RunningFalhost(
                ["--jobs-in-flight", "2", "-e", script], environment: environment, folder: project.url)
            try await falhost.wait { simulator.counters()[.stream] == 2 }
            falhost.signal(signal)
            let ended = try await falhost.ending()
            #expect(ended.status == 128 + signal)
            #expect(try await states() == ["submitted": 2, "intent": 4])
            #expect(signal == SIGKILL || ended.errors.contains("6 jobs are not done: falhost resume "))
            let resume = try await FalhostProcess.run(
                "resume", "--jobs-in-flight", "4", environment: environment, folder: project.url)
            #expect(resume.status == 0, "\(resume.errors)")
            #expect(try await states() == ["completed": 6])
            #expect(simulator.counters().submits == 6 && simulator.counters().mostOpen <= 4)
            #expect(simulator.counters().cancels == 0)
        }
    }

    @Test func aScriptSeesThePacing() async throws {
        let project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "--simulate", "--root", project.path, "--jobs-in-flight", "3", "--submits-per-second", "2", "-e",
            "local p = require('fal').get_config_summary().pacing; "
                + "print(p.jobs_in_flight, p.submits_per_second, p.burst, p.limit_now, p.in_flight, p.waiting)")
        #expect(run.output == "3\t2.0\t1\t3\t0\t0\n", "\(run.errors)")
    }

    @Test(arguments: [
        (["--jobs-in-flight", "0"], [:], "--jobs-in-flight"), (["--submits-per-second", "-1"], [:], "--submits-per"),
        ([], ["FALHOST_JOBS_IN_FLIGHT": "many"], "FALHOST_JOBS_IN_FLIGHT: 'many' is not a number from 1"),
        ([], ["FALHOST_SUBMITS_PER_SECOND": "nan"], "FALHOST_SUBMITS_PER_SECOND: 'nan' is not a number from 0.001"),
    ])
    func aLimitThatIsNoneIsRefused(flags: [String], variables: [String: String], words: String) async throws {
        let run = try await FalhostProcess.run(flags + ["-e", "print 'ran'"], environment: variables)
        #expect(run.status != 0 && run.output.isEmpty && run.errors.contains(words), "\(run.errors)")
    }

    /// What the simulator's own limits do to a run that knows nothing of them.
    @Test func aServersLimitsSlowARunDownAndFailNothing() async throws {
        let server = try RunningFalhost(
            ["simulate", "--port", "0", "--quiet", "--rate-limit", "20", "--queue-limit", "10"])
        try await server.wait { server.output.hasSuffix("\n") }
        let script = Self.script(
            """
            local list = {}
            for i = 1, 60 do list[i] = i end
            local results = task.map(list, { limit = 60 }, function(seed)
              return fal.subscribe("fal-ai/flux-lora", { prompt = "x", seed = seed }).seed
            end)
            print(#results)
            """)
        let run = try await FalhostProcess.run(
            "-e", script,
            environment: [
                "FALHOST_BASE_URL": String(server.output.dropLast()), "FAL_KEY": "any:thing", "FALHOST_PATIENCE": "30",
            ])
        #expect(run.output == "60\n", "\(run.errors)")
        #expect(run.errors.contains("fal refuses submits for now (429)"))
        server.signal(SIGTERM)
        #expect(try await server.ending().status == 0)
    }
}
