import Foundation
import JSON
import Simulator
import Testing

/// `fal.jobs`: the ledger as scripts see it.
@Suite(.timeLimit(.minutes(3)))
struct JobsScriptTests {
    private let project: TemporaryFolder

    init() async throws {
        project = try TemporaryFolder.project()
        let imported = try await FalhostProcess.run(
            "avatars", "import", "--root", project.path, project.path + "/scripts/lib/demo_avatars.json")
        try #require(imported.status == 0, "\(imported.errors)")
    }

    private func run(_ simulator: Simulator, _ script: String, _ arguments: String...) async throws -> FalhostProcess {
        try await FalhostProcess.run(
            ["--root", project.path, "-e", "local fal, json = require 'fal', require 'json'\n" + script] + arguments,
            environment: simulator.environment())
    }

    @Test func `Jobs have the fields of the command line's`() async throws {
        try await withSimulator(faults: ["job:failed:after=2"]) { simulator in
            let made = try await run(
                simulator,
                """
                fal.generate_avatar_image("demo-anna", "one", { preset = "fast" })
                fal.subscribe("fal-ai/flux-lora", { prompt = "two" })
                print(pcall(fal.subscribe, "fal-ai/flux-lora", { prompt = "three" }))
                """)
            #expect(made.output.hasPrefix("false"), "\(made.errors)")
            let listed = try await run(simulator, "print(json.encode(fal.jobs.list()))")
            let command = try await FalhostProcess.run("jobs", "list", "--json", "--root", project.path)
            let jobs = try #require(try JSONValue(parsing: Array(listed.output.utf8)).arrayValue)
            let expected = try #require(try JSONValue(parsing: Array(command.output.utf8)).arrayValue)
            #expect(jobs.count == 3 && expected.count == 3, "\(listed.errors)")
            for (job, expected) in zip(jobs, expected) {
                #expect(Set(job.objectValue?.names ?? []) == Set(expected.objectValue?.names ?? []))
                #expect(job["id"] == expected["id"] && job["state"] == expected["state"])
            }
            let chosen = try await run(
                simulator,
                """
                local function count(filter) return #fal.jobs.list(filter) end
                local first = fal.jobs.list({ limit = 1 })[1]
                print(count { state = "failed" }, count { state = { "failed", "completed" } }, count { limit = 2 },
                  count { run = first.run }, count { run = "nobody" }, count { since = "1h" }, count { since = first.created })
                local job = fal.jobs.get(first.id)
                print(job.error.code, job.history[#job.history].state, fal.jobs.get("ffffffffffffffff"), fal.jobs.get("no id"))
                local spent = fal.jobs.spent { since = "1d" }
                print(spent.jobs, spent.completed, spent.failed, spent.spent, fal.jobs.spent({ run = "nobody" }).jobs)
                """)
            #expect(
                chosen.output.hasPrefix("1\t3\t2\t3\t0\t3\t"), "\(chosen.output)\(chosen.errors)")
            #expect(
                chosen.output.contains("\nserver_error\tfailed\tnil\tnil\n3\t2\t1\t"),
                "\(chosen.output)\(chosen.errors)")
        }
    }

    @Test func `A job is cancelled at fal and in the ledger, once`() async throws {
        try await withSimulator(faults: ["job:endless"]) { simulator in
            let cancelled = try await run(
                simulator,
                """
                local handle = fal.submit("fal-ai/flux-lora", { prompt = "x" })
                local job = fal.jobs.list({ state = "submitted" })[1]
                assert(job.request_id == handle.request_id)
                print(fal.jobs.cancel(job.id:sub(1, 8)), fal.jobs.get(job.id).state, fal.jobs.cancel(job.id))
                local ok, err = pcall(fal.jobs.cancel, "0123")
                print(ok, err.code, err.message)
                """)
            #expect(
                cancelled.output == "true\tcancelled\tfalse\nfalse\tvalidation\tthe ledger has no job '0123'\n",
                "\(cancelled.output)\(cancelled.errors)")
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test(arguments: [
        ("fal.jobs.list { state = 'faild' }", "did you mean 'failed'?"),
        ("fal.jobs.list { state = { 7 } }", "state: a name is expected"),
        ("fal.jobs.list { since = 'noon' }", "since: 'noon' is no time"),
        ("fal.jobs.list { stat = 'failed' }", "state"),
        ("fal.jobs.get()", "fal.jobs.get"),
        ("fal.jobs.spent { since = 7 }", "fal.jobs.spent"),
    ])
    func `A wrong filter is an error that says what is meant`(call: String, message: String) async throws {
        try await withSimulator { simulator in
            let wrong = try await run(simulator, call)
            #expect(wrong.status == 1 && wrong.errors.contains(message), "\(wrong.errors)")
        }
    }

    @Test func `Without a ledger there is nothing to ask`() async throws {
        let off = try await FalhostProcess.run(
            "--root", project.path, "-e", "require('fal').jobs.list()", environment: ["FALHOST_LEDGER": "off"])
        #expect(off.status == 1 && off.errors.contains("FALHOST_LEDGER=off"), "\(off.errors)")
    }
}
