import Foundation
import Simulator
import Testing

/// `key`: what a caller names its job, so that the same call is paid for once, in whatever run it is made.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CallKeyTests {
    /// A project with the demo avatars and one script.
    private struct Project {
        let folder: TemporaryFolder
        let simulator: Simulator

        var submits: Int { simulator.counters().submits }

        func run(
            _ chunk: String, with options: [String] = [], environment: [String: String] = [:]
        ) async throws -> FalhostProcess {
            try folder.file("scripts/call.lua", Self.start + chunk)
            return try await falhost(options + ["scripts/call.lua"], environment)
        }

        func falhost(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> FalhostProcess {
            try await FalhostProcess.run(
                arguments, environment: simulator.environment().merging(environment) { $1 }, folder: folder.url)
        }

        func start(_ chunk: String, with options: [String] = []) throws -> RunningFalhost {
            try folder.file("scripts/call.lua", Self.start + chunk)
            return try RunningFalhost(
                options + ["scripts/call.lua"], environment: simulator.environment(), folder: folder.url)
        }

        /// `picture(key, prompt, more)` prints what makes a picture the same as another.
        private static let start = """
            local fal, task, json = require "fal", require "task", require "json"
            local function picture(key, prompt, more)
              local config = { quality = "fast", num_images = 1, key = key }
              for name, value in pairs(more or {}) do config[name] = value end
              local url, result = fal.generate_avatar_image("demo-anna", prompt or "by the sea", config)
              return table.concat({ url, result.request_id, result.job_id, result.seed, result.prompt }, " "), result.resumed
            end

            """
    }

    private func withProject(
        _ configuration: SimulatorConfiguration = .init(), faults: [String] = [],
        _ test: (Project) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder.project()
        let demo = folder.path + "/scripts/lib/demo_avatars.json"
        #expect(try await FalhostProcess.run("avatars", "import", demo, folder: folder.url).status == 0)
        try await withSimulator(configuration, faults: faults) { simulator in
            try await test(Project(folder: folder, simulator: simulator))
        }
    }

    private static var slow: SimulatorConfiguration {
        var slow = SimulatorConfiguration()
        // Longer than a busy machine takes to see the jobs and to kill who waits for them.
        slow.runTime = .seconds(4)
        return slow
    }

    @Test func aKnownKeyGivesThePictureThatWasPaidFor() async throws {
        try await withProject { project in
            let first = try await project.run("print(picture 'a')")
            #expect(first.status == 0 && first.output.hasSuffix("\tnil\n"), "\(first.errors)")
            let requests = project.simulator.counters().total
            // What a rule or a preset would make of the call today does not count.
            try project.folder.file("scripts/rules/99_more.lua", "return function(p) return p .. ', at night' end")
            try project.folder.file("presets/fast.lua", "return { num_inference_steps = 4 }")
            let again = try await project.run("print(picture 'a')")
            #expect(again.output == first.output.replacing("\tnil\n", with: "\ttrue\n"), "\(again.errors)")
            #expect(project.simulator.counters().total == requests)
            #expect(again.errors.contains("the generation 'a' was made before"), "\(again.errors)")
            #expect(try await project.run("print(picture 'b')").status == 0)
            #expect(project.submits == 2)
        }
    }

    @Test func aProcessKilledBetweenSubmitAndResultPaysOnce() async throws {
        try await withProject(Self.slow) { project in
            let falhost = try project.start("print(picture 'a')")
            try await falhost.wait { project.simulator.counters()[.stream] == 1 }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let run = try await project.run("print(picture 'a')")
            #expect(run.status == 0 && run.output.hasSuffix("\ttrue\n"), "\(run.errors)")
            #expect(project.submits == 1)
            #expect(try await project.run("print(fal.jobs.list { key = 'a' }[1].state)").output == "completed\n")
        }
    }

    @Test func aJobThatNeverLeftIsSubmittedOnce() async throws {
        try await withProject(Self.slow) { project in
            let chunk = "task.map({ 'a', 'b' }, function(key) print(picture(key)) end)"
            let falhost = try project.start(chunk, with: ["--jobs-in-flight", "1"])
            try await falhost.wait { project.simulator.counters()[.stream] == 1 }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let states = "for _, job in ipairs(fal.jobs.list()) do print(job.key, job.state) end"
            let left = try await project.run(states).output.split(separator: "\n").sorted()
            #expect(Set(left.map { $0.split(separator: "\t").last }) == ["submitted", "intent"], "\(left)")
            let run = try await project.run(chunk)
            #expect(run.status == 0 && run.output.split(separator: "\n").count == 2, "\(run.errors)")
            #expect(project.submits == 2)
            #expect(
                try await project.run(states).output.split(separator: "\n").sorted() == [
                    "a\tcompleted", "b\tcompleted",
                ])
        }
    }

    @Test func callsSideBySideWithOneKeyAreOneJob() async throws {
        try await withProject { project in
            let run = try await project.run(
                """
                local all = task.map({ 1, 2, 3, 4 }, function() return (picture 'a') end)
                print(all[1] == all[2] and all[2] == all[3] and all[3] == all[4])
                local waiting = task.spawn(picture, "b")
                print(pcall(task.timeout, 0.001, picture, "b"))
                print((waiting:await()))
                """)
            #expect(run.status == 0 && run.output.hasPrefix("true\nfalse\t"), "\(run.output)\(run.errors)")
            #expect(project.submits == 2)
        }
    }

    @Test func processesSideBySideWithOneKeyAreOneJob() async throws {
        try await withProject(Self.slow) { project in
            let processes = try (1...4).map { _ in try project.start("print((picture 'a'))") }
            var endings: [FalhostProcess] = []
            for process in processes { endings.append(try await process.ending()) }
            #expect(endings.allSatisfy { $0.status == 0 }, "\(endings.map(\.errors))")
            #expect(Set(endings.map(\.output)).count == 1 && endings[0].output.contains("http"))
            #expect(project.submits == 1)
        }
    }

    @Test func theSameKeyForAnotherCallIsRefused() async throws {
        try await withProject { project in
            #expect(try await project.run("picture 'a'").status == 0)
            let run = try await project.run(
                """
                local function try(...)
                  local _, err = pcall(...)
                  print(err.code, err.message)
                end
                try(picture, "a", "at night")
                try(picture, "a", nil, { seed = 5 })
                try(fal.submit, "fal-ai/flux-lora", { prompt = "x" }, { key = "a" })
                try(picture, ("x"):rep(201))
                try(picture, "")
                try(picture, 5)
                fal.subscribe("fal-ai/flux-lora", { prompt = "x" }, { key = "b" })
                try(fal.subscribe, "fal-ai/flux-lora", { prompt = "y" }, { key = "b" })
                try(picture, "b")
                """)
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(run.status == 0 && lines.count == 8, "\(run.errors)")
            #expect(lines.allSatisfy { $0.hasPrefix("invalid_config\t") }, "\(run.output)")
            let said = ["prompt is \"by the sea\" there, \"at night\" here", "seed is nothing there, 5 here"]
            for (line, words) in zip(lines, said) {
                #expect(line.contains("'a' names job ") && line.contains(words), "\(line)")
            }
            #expect(lines[2].contains("a picture of demo-anna there, a call to fal-ai/flux-lora here"), "\(lines[2])")
            #expect(lines[3].contains("a string of 1 to 200 characters"), "\(lines[3])")
            #expect(lines[6].contains("prompt is \"x\" there, \"y\" here"), "\(lines[6])")
            #expect(project.submits == 2)
        }
    }

    @Test func whatFailedIsToldAgainUnlessItIsToBeTriedAnew() async throws {
        try await withProject(faults: ["job:failed"]) { project in
            let chunk = "local ok, err = pcall(picture, 'a'); print(err.code, err.message)"
            let first = try await project.run(chunk)
            #expect(first.status == 0 && project.submits == 1, "\(first.errors)")
            #expect(try await project.run(chunk).output == first.output)
            #expect(project.submits == 1)
            let anew = try await project.run("print((picture('a', nil, { retry_failed = true })))")
            #expect(anew.status == 0 && project.submits == 2, "\(anew.errors)")
            #expect(try await project.run("print((picture('a', nil, { retry_failed = true })))").output == anew.output)
            #expect(try await project.run("print((picture 'a'))").output == anew.output && project.submits == 2)
            let states = try await project.run("for _, job in ipairs(fal.jobs.list()) do print(job.state, job.key) end")
            #expect(states.output == "completed\ta\nfailed\tnil\n", "what failed stays in the ledger")
        }
    }

    @Test func whatWasCancelledStaysCancelled() async throws {
        try await withProject(faults: ["job:endless"]) { project in
            let first = try await project.run(
                """
                local t = task.spawn(picture, "a")
                repeat task.sleep(0.01) until (fal.jobs.list { key = "a" }[1] or {}).state == "submitted"
                t:cancel()
                print(select(2, pcall(t.await, t)).code)
                print(select(2, pcall(picture, "a")).code)
                """)
            #expect(first.output == "cancelled\ncancelled\n", "\(first.errors)")
            #expect(try await project.run("print(select(2, pcall(picture, 'a')).code)").output == "cancelled\n")
            #expect(project.submits == 1)
        }
    }

    @Test func aSubmitWhoseAnswerWasLostIsFoundAtFal() async throws {
        try await withProject(faults: ["submit:late:ms=5000"]) { project in
            let falhost = try project.start("print(picture 'a')")
            try await falhost.wait { project.submits == 1 }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let run = try await project.run("print(picture 'a')")
            #expect(run.status == 0 && run.output.hasSuffix("\ttrue\n"), "\(run.errors)")
            #expect(project.submits == 1)
        }
    }

    @Test func aSubmitThatNobodyKnowsOfIsNotSentAgain() async throws {
        try await withProject(faults: ["submit:hang"]) { project in
            let falhost = try project.start("print(picture 'a')")
            try await falhost.wait { project.simulator.counters()[.submit] == 1 }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let chunk =
                "local ok, err = pcall(picture, 'a', nil, { retry_failed = true }); print(err.code, err.retryable)"
            let run = try await project.run(chunk)
            #expect(run.output == "submit_unknown\ttrue\n" && project.submits == 0, "\(run.errors)")
            let resumed = try await project.falhost(["resume", "--resubmit-unknown"])
            #expect(resumed.status == 0 && project.submits == 1, "\(resumed.errors)")
            #expect(try await project.run("print(picture 'a')").status == 0)
            #expect(project.submits == 1)
        }
    }

    @Test func everyPaidCallTakesAKey() async throws {
        try await withProject { project in
            let chunk = """
                local urls = fal.generate_multiple_images("demo-anna", { "a", "b", "a" }, { key = "many", num_images = 1 })
                print(table.concat(urls, " "))
                print((fal.safe_generate_image("demo-anna", "c", { key = "safe" })))
                print((fal.generate_with_metrics("demo-anna", "d", { key = "metrics" })))
                local arguments = { prompt = "x", num_images = 1 }
                local handle = fal.submit("fal-ai/flux-lora", arguments, { key = "submit" })
                print(handle.request_id, handle:result().images[1].url, handle:status().status)
                print(fal.subscribe("fal-ai/flux-lora", arguments, { key = "subscribe" }).images[1].url)
                print(fal.run("fal-ai/flux-lora", arguments, { key = "run" }).images[1].url)
                """
            let first = try await project.run(chunk)
            #expect(first.status == 0 && project.submits == 8, "\(first.errors)")
            let requests = project.simulator.counters().total
            let again = try await project.run(chunk)
            #expect(again.output == first.output, "\(again.errors)")
            #expect(project.simulator.counters().total == requests)
            let keys = try await project.run("for _, job in ipairs(fal.jobs.list()) do print(job.key) end").output
            let expected = ["many#1", "many#2", "many#3", "metrics", "run", "safe", "submit", "subscribe"]
            #expect(keys.split(separator: "\n").sorted().map(String.init) == expected)
        }
    }

    @Test func withResumeTheKeyWins() async throws {
        try await withProject { project in
            let first = try await project.run("print((picture 'a'))\nprint((picture(nil)))")
            #expect(first.status == 0 && project.submits == 2, "\(first.errors)")
            let resumed = try await project.run("print((picture 'a'))\nprint((picture(nil)))", with: ["--resume"])
            #expect(resumed.output == first.output && project.submits == 2, "\(resumed.errors)")
            #expect(resumed.errors.contains("1 result from the ledger\n"), "\(resumed.errors)")
            // Another call of the same words is not the one that has the key.
            let other = try await project.run("print((picture 'c'))\nprint((picture(nil)))", with: ["--resume"])
            #expect(other.status == 0 && project.submits == 3, "\(other.errors)")
        }
    }

    @Test func whereAKeyCanNameNothingItIsRefused() async throws {
        try await withProject { project in
            let chunk = "local ok, err = pcall(picture, 'a'); print(err.code, err.message)"
            let off = try await project.run(chunk, environment: ["FALHOST_LEDGER": "off"])
            #expect(
                off.output.hasPrefix("invalid_config\t") && off.output.contains("needs the ledger"), "\(off.output)")
            #expect(project.submits == 0)
            #expect(try await project.run("picture 'a'").status == 0)
            try await withSimulator { other in
                let run = try await project.run(chunk, environment: other.environment())
                #expect(run.output.contains("which was sent to \(project.simulator.baseURL)"), "\(run.output)")
                #expect(other.counters().submits == 0)
            }
            try project.folder.file("presets/mine.lua", "return { key = 'x' }")
            let preset = try await project.run(
                "local ok, err = pcall(picture, nil, nil, { quality = 'mine' }); print(err.message)")
            #expect(
                preset.output.contains("key (presets/mine.lua:1): a call gives it, not a preset"), "\(preset.output)")
            let test = try await project.run(
                "print((fal.generate_avatar_image('demo-anna', 'x', { key = 'z' })))",
                environment: ["AVATAR_TEST_MODE": "true"])
            #expect(test.status == 0 && project.submits == 1, "\(test.errors)")
        }
    }
}
