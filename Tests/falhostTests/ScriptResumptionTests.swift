import Foundation
import Simulator
import Testing

/// `falhost --resume script.lua`: a script run again, which gets what was paid for from the ledger.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ScriptResumptionTests {
    /// A project with the demo avatars and one script that is edited between its runs.
    private struct Project {
        let folder: TemporaryFolder
        let simulator: Simulator

        func write(_ script: String) throws { try folder.file("scripts/album.lua", script) }

        func run(_ arguments: String...) async throws -> FalhostProcess { try await run(arguments) }

        func run(_ arguments: [String], key: String = "x:y") async throws -> FalhostProcess {
            try await FalhostProcess.run(arguments, environment: simulator.environment(key: key), folder: folder.url)
        }

        func start(_ arguments: String...) throws -> RunningFalhost {
            try RunningFalhost(arguments, environment: simulator.environment(), folder: folder.url)
        }

        func resume(_ arguments: String...) async throws -> FalhostProcess {
            try await run(["--resume", "scripts/album.lua"] + arguments)
        }

        /// The ids of the runs that have jobs, newest job first.
        var runs: [String] {
            get async throws {
                try await run("jobs", "list").output.split(separator: "\n").map { line in
                    String(line.split(separator: "\t", omittingEmptySubsequences: false)[3])
                }
            }
        }
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

    /// Prints for each prompt its seed, request and whether an earlier run made it.
    private static func album(_ prompts: [String], limit: Int = 4) -> String {
        """
        local fal, task = require "fal", require "task"
        local lines = task.map({ \(prompts.map { "\"\($0)\"" }.joined(separator: ", ")) }, { limit = \(limit) },
          function(prompt)
            local url, result = fal.generate_avatar_image("demo-anna", prompt, { quality = "fast", num_images = 1 })
            return table.concat({ result.prompt, result.seed, result.request_id, result.job_id, result.url,
              result.arguments.seed, tostring(result.resumed) }, "\\t")
          end)
        print(table.concat(lines, "\\n"))
        """
    }

    private static func withoutMark(_ output: String) -> [String] {
        output.split(separator: "\n").map { $0.split(separator: "\t").dropLast().joined(separator: "\t") }
    }

    /// The ledger's row has what the policy made of the call; the call is recognised by what it asked for.
    @Test func whatThePolicyChangedIsNotPaidForAgain() async throws {
        try await withProject { project in
            try project.folder.file(
                "scripts/policy.lua", "return function(job) return job.preset ~= 'fast' or { preset = 'portrait' } end")
            try project.write(Self.album(["by the sea", "at night"]))
            let first = try await project.run("scripts/album.lua")
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.errors.contains("The policy chose the preset portrait instead of fast"), "\(first.errors)")
            let second = try await project.resume()
            #expect(second.status == 0, "\(second.errors)")
            #expect(Self.withoutMark(second.output) == Self.withoutMark(first.output))
            #expect(project.simulator.counters()[.submit] == 2)
        }
    }

    @Test func aBatchKilledInItsMiddlePaysForEachPictureOnce() async throws {
        var slow = SimulatorConfiguration()
        // Longer than a busy machine takes to see the jobs and to kill who waits for them.
        slow.runTime = .seconds(4)
        try await withProject(slow) { project in
            try project.write(Self.album((1...12).map { "picture \($0)" }))
            let falhost = try project.start("scripts/album.lua")
            // Four are done, four run, four were not begun.
            try await falhost.wait { project.simulator.counters()[.stream] == 8 }
            falhost.signal(SIGKILL)
            #expect(try await falhost.ending().status == 128 + SIGKILL)
            let run = try await project.resume()
            #expect(run.status == 0, "\(run.errors)")
            #expect(project.simulator.counters().submits == 12)
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 12 && lines.count { $0.hasSuffix("\ttrue") } == 8, "\(run.output)")
            #expect(Set(lines.map { $0.split(separator: "\t")[2] }).count == 12)
            #expect(run.errors.contains("4 submitted for the first time"), "\(run.errors)")
            #expect(!run.errors.contains("submitted anew"))
            // The chain of both runs has all twelve.
            let again = try await project.resume()
            #expect(again.status == 0 && Self.withoutMark(again.output) == Self.withoutMark(run.output))
            #expect(again.errors.contains("12 results from the ledger\n"), "\(again.errors)")
            #expect(project.simulator.counters().submits == 12)
            await #expect(try project.run("jobs", "list").output.split(separator: "\n").count == 12)
        }
    }

    @Test func aPromptThatWasChangedIsSubmittedAnewAndNamed() async throws {
        try await withProject { project in
            try project.write(Self.album(["one", "two", "three"]))
            let first = try await project.run("scripts/album.lua")
            #expect(first.status == 0, "\(first.errors)")
            try project.write(Self.album(["one", "zwei", "three"]))
            let run = try await project.resume()
            #expect(run.status == 0 && project.simulator.counters().submits == 4, "\(run.errors)")
            let id = try #require(try await project.runs.last)
            let said = "scripts/album.lua:4: submitted anew: prompt differs from the call that run \(id) made here"
            #expect(run.complaints.contains(said), "\(run.errors)")
            #expect(run.errors.contains("resumed run \(id): 2 results from the ledger, 1 submitted anew\n"))
            let (before, after) = (Self.withoutMark(first.output), Self.withoutMark(run.output))
            #expect(before[0] == after[0] && before[1] != after[1] && before[2] == after[2])
        }
    }

    @Test func aCallThatWasInsertedIsTheOnlyOneSubmitted() async throws {
        try await withProject { project in
            try project.write(Self.album(["one", "two", "three"], limit: 1))
            await #expect(try project.run("scripts/album.lua").status == 0)
            try project.write(Self.album(["zero", "one", "two"], limit: 1))
            let run = try await project.resume()
            #expect(run.status == 0 && project.simulator.counters().submits == 4)
            #expect(run.errors.contains("2 results from the ledger, 1 submitted"), "\(run.errors)")
            #expect(run.errors.contains("1 not asked for again"), "\(run.errors)")
        }
    }

    @Test func twoEqualPromptsKeepTheirOwnPictures() async throws {
        try await withProject { project in
            try project.write(Self.album(["same", "same", "same"]))
            let first = try await project.run("scripts/album.lua")
            let run = try await project.resume()
            #expect(project.simulator.counters().submits == 3)
            #expect(run.status == 0 && Self.withoutMark(run.output) == Self.withoutMark(first.output))
            #expect(Set(Self.withoutMark(run.output)).count == 3)
        }
    }

    @Test func aBatchCallAndTheSafeAndTheMeasuredOneAreTakenOver() async throws {
        try await withProject { project in
            try project.write(
                """
                local fal = require "fal"
                local urls = fal.generate_multiple_images("demo-anna", { "a", "b", "a" }, { seed = 3 })
                print(table.concat(urls, " "), (fal.safe_generate_image("demo-anna", "c")))
                print(fal.generate_with_metrics("demo-anna", "d"))
                """)
            let first = try await project.run("scripts/album.lua")
            let run = try await project.resume()
            #expect(project.simulator.counters().submits == 5)
            let (before, after) = (first.output.split(separator: "\n"), run.output.split(separator: "\n"))
            #expect(run.status == 0 && before.first == after.first, "\(run.errors)")
            #expect(run.errors.contains("5 results from the ledger\n"), "\(run.errors)")
        }
    }

    @Test func callsToTheQueueAreTakenOverWithoutARequest() async throws {
        try await withProject { project in
            try project.write(
                """
                local fal = require "fal"
                local arguments = { prompt = "x", num_images = 1, image_size = { width = 64, height = 64 }, seed = 3.0 }
                local job = fal.submit("fal-ai/flux-lora", arguments)
                local states = {}
                for event in job:events() do states[#states + 1] = event.status end
                print(job.request_id, job:result().images[1].url, job:status().status, states[#states], job:cancel())
                print(fal.subscribe("fal-ai/flux-lora", { prompt = "y" }, { on_update = print }).images[1].url)
                print(job.resumed)
                """)
            let first = try await project.run("scripts/album.lua")
            #expect(first.status == 0 && project.simulator.counters().submits == 2, "\(first.errors)")
            let requests = project.simulator.counters().total
            let run = try await project.resume()
            #expect(run.status == 0 && project.simulator.counters().total == requests, "\(run.errors)")
            let (before, after) = (first.output.split(separator: "\n"), run.output.split(separator: "\n"))
            #expect(before.first == after.first && after.last == "true", "\(run.output)")
            #expect(before.dropLast().last == after.dropLast().last)
            #expect(run.errors.contains("2 results from the ledger\n"))
        }
    }

    @Test func aCallToTheQueueThatWasChangedIsNamedWithItsPlace() async throws {
        try await withProject { project in
            let script = "local fal = require 'fal'\nfal.subscribe('fal-ai/flux-lora', { prompt = 'x', seed = 1 })"
            try project.write(script)
            await #expect(try project.run("scripts/album.lua").status == 0)
            try project.write(script.replacing("seed = 1", with: "seed = 2, num_images = 1"))
            let run = try await project.resume()
            let said = "scripts/album.lua:2: submitted anew: num_images, seed differ from the call that run "
            #expect(run.status == 0 && run.errors.contains(said), "\(run.errors)")
        }
    }

    @Test func aRuleThatWasChangedSubmitsAnew() async throws {
        try await withProject { project in
            try project.write(Self.album(["one"]))
            await #expect(try project.run("scripts/album.lua").status == 0)
            try project.folder.file("scripts/rules/99_more.lua", "return function(p) return p .. ', at night' end")
            let run = try await project.resume()
            #expect(run.status == 0 && project.simulator.counters().submits == 2)
            #expect(run.errors.contains("submitted anew: prompt differs"), "\(run.errors)")
        }
    }

    @Test func picturesThatAreKeptAreNotFetchedAgain() async throws {
        try await withProject { project in
            try project.write(
                """
                local fal = require "fal"
                local url = fal.generate_avatar_image("demo-anna", "by the sea", { num_images = 1 })
                print(fal.download(url))
                """)
            let first = try await project.run("scripts/album.lua")
            #expect(first.status == 0 && project.simulator.counters()[.download] == 1, "\(first.errors)")
            let run = try await project.resume()
            #expect(run.status == 0 && run.output == first.output, "\(run.errors)")
            #expect(project.simulator.counters()[.download] == 1)
        }
    }

    @Test func aJobThatFailedIsSubmittedAnewAndCounted() async throws {
        try await withProject(faults: ["job:failed"]) { project in
            try project.write(Self.album(["one"]))
            await #expect(try project.run("scripts/album.lua").status == 1)
            let run = try await project.resume()
            #expect(run.status == 0 && project.simulator.counters().submits == 2, "\(run.errors)")
            #expect(run.errors.contains("submitted anew: in run"), "\(run.errors)")
            #expect(run.errors.contains("0 results from the ledger, 1 submitted anew\n"), "\(run.errors)")
        }
    }

    @Test func aSubmitThatWasLostIsNotSentAgainByItself() async throws {
        try await withProject(faults: ["submit:hang"]) { project in
            try project.write(Self.album(["one", "two"], limit: 1))
            let falhost = try project.start("scripts/album.lua")
            try await falhost.wait { project.simulator.counters()[.submit] == 1 }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let run = try await project.resume()
            #expect(run.status == 1 && run.errors.contains("--resubmit-unknown"), "\(run.errors)")
            #expect(run.errors.contains("submit_unknown") && project.simulator.counters().submits == 0)
            let bold = try await project.run("--resume", "--resubmit-unknown", "scripts/album.lua")
            #expect(bold.status == 0 && project.simulator.counters().submits == 2, "\(bold.errors)")
            await #expect(try project.run("jobs", "list").output.split(separator: "\n").count == 2)
        }
    }

    @Test func aSubmitWhoseAnswerWasLostIsFoundAtFal() async throws {
        try await withProject(faults: ["submit:late:ms=5000"]) { project in
            try project.write(Self.album(["one", "two"], limit: 1))
            let falhost = try project.start("scripts/album.lua")
            try await falhost.wait { project.simulator.counters().submits == 1 }
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let run = try await project.resume()
            #expect(run.status == 0 && project.simulator.counters().submits == 2, "\(run.errors)")
            #expect(run.errors.contains("fal has it after all") && run.errors.contains("1 collected from fal"))
        }
    }

    @Test func aLivingRunIsRefused() async throws {
        try await withProject(faults: ["job:endless"]) { project in
            try project.write(Self.album(["one"]))
            let falhost = try project.start("scripts/album.lua")
            try await falhost.wait { project.simulator.counters()[.stream] == 1 }
            let run = try await project.resume()
            #expect(run.status == 75 && run.errors.contains("still at work"), "\(run.errors)")
            #expect(project.simulator.counters().submits == 1)
            falhost.signal(SIGKILL)
            _ = try await falhost.ending()
            let resumed = try project.start("--resume", "scripts/album.lua")
            try await resumed.wait { project.simulator.counters()[.stream] == 2 }
            #expect(try await project.resume().status == 75)
            resumed.signal(SIGINT)
            let ending = try await resumed.ending()
            #expect(ending.status == 128 + SIGINT)
            #expect(ending.errors.contains("1 job is not done: falhost --resume-run "), "\(ending.errors)")
            #expect(project.simulator.counters().submits == 1 && project.simulator.counters().cancels == 0)
            // Its call was changed: the job is left to whoever wants it.
            try project.write("print(1)")
            let other = try await project.resume()
            #expect(other.status == 0 && other.output == "1\n")
            #expect(other.errors.contains("1 not asked for again; falhost resume finishes 1 earlier job"))
        }
    }

    @Test func whatWasTakenOverCostsNothingAgain() async throws {
        try await withProject { project in
            try project.write(Self.album(["one", "two"]))
            await #expect(try project.run("scripts/album.lua").status == 0)
            let spent = try await project.run("stats").output
            let run = try await project.run("--resume", "--budget", "0.0001", "scripts/album.lua")
            #expect(run.status == 0 && run.errors.contains("spent $0.00"), "\(run.errors)")
            await #expect(try project.run("stats").output == spent)
        }
    }

    @Test func argumentsTellRunsOfAScriptApart() async throws {
        try await withProject { project in
            try project.write(
                """
                local name = ...
                print(select(2, require("fal").generate_avatar_image("demo-anna", "a portrait of " .. name)).seed)
                """)
            let first = try await project.run("scripts/album.lua", "a hat")
            await #expect(try project.run("scripts/album.lua", "b").status == 0)
            let run = try await project.resume("a hat")
            #expect(run.status == 0 && run.output == first.output && project.simulator.counters().submits == 2)
            let other = try await project.resume("c")
            #expect(other.status == 66 && other.errors.contains("had other arguments"), "\(other.errors)")
            let id = try #require(try await project.runs.last)
            let named = try await project.run("--resume-run", id, "scripts/album.lua", "a hat")
            #expect(named.status == 0 && named.output == first.output)
            let command = try await #require(try project.run("resume", id).complaints.last)
            #expect(command == "the rest of its script: falhost --resume-run \(id) scripts/album.lua 'a hat'")
            #expect(project.simulator.counters().submits == 2)
        }
    }

    @Test func whatCannotBeResumedIsSaidInOneLine() async throws {
        try await withProject { project in
            try project.write(Self.album(["one"]))
            let nothing = try await project.resume()
            #expect(nothing.status == 66 && nothing.complaints.count == 1, "\(nothing.errors)")
            #expect(nothing.errors.contains("nothing to resume") && project.simulator.counters().submits == 0)
            await #expect(try project.run("--resume").status == 64)
            await #expect(try project.run("--resume", "-e", "print(1)").status == 64)
            await #expect(try project.run("--resume", "--simulate", "scripts/album.lua").status == 64)
            await #expect(try project.run("--resubmit-unknown", "scripts/album.lua").status == 64)
            await #expect(try project.run("--resume-run", "none", "scripts/album.lua").status == 66)
            await #expect(try project.run("generate", "--avatar", "demo-anna", "x").status == 0)
            let command = try #require(try await project.runs.first)
            let foreign = try await project.run("--resume-run", command, "scripts/album.lua")
            #expect(foreign.status == 64 && foreign.errors.contains("was no script's file"), "\(foreign.errors)")
            // Its jobs are at the simulator; nothing goes to fal itself.
            await #expect(try project.run("scripts/album.lua").status == 0)
            let id = try #require(try await project.runs.first)
            for (option, status) in [(["--resume"], 66), (["--resume-run", id], 64)] as [([String], Int32)] {
                let elsewhere = try await FalhostProcess.run(
                    option + ["scripts/album.lua"], environment: ["FAL_KEY": "a:b"], folder: project.folder.url)
                #expect(elsewhere.status == status && elsewhere.complaints.count == 1, "\(elsewhere.errors)")
            }
        }
    }
}
