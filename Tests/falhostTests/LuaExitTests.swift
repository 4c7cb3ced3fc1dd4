import Foundation
import Simulator
import Testing

/// os.exit in a script of falhost: everything that was begun ends in order, then the process ends with the code.
@Suite(.timeLimit(.minutes(5)))
struct LuaExitTests {
    private static let closing = """
        local task = require "task"
        local function closing(name, body)
          return setmetatable({}, { __close = function(_, e) print(name, e) if body then body() end end })
        end

        """

    private func run(_ body: String) async throws -> FalhostProcess {
        try await FalhostProcess.run("-e", Self.closing + body)
    }

    @Test(arguments: [
        ("", 0), ("true", 0), ("false", 1), ("7", 7), ("256 + 9", 9), ("-1", 255), ("7, true", 7), ("7, false", 7),
    ])
    func theCodeIsTheProcesss(arguments: String, status: Int32) async throws {
        let run = try await run("io.write 'buffered' os.exit(\(arguments)) print 'never'")
        #expect(run.status == status)
        #expect(run.output == "buffered")
        #expect(run.errors.isEmpty)
    }

    @Test func aCodeThatIsNoneIsAnError() async throws {
        let run = try await run("os.exit('x')")
        #expect(run.status == 1)
        #expect(
            run.errors.contains("bad argument #1 to 'exit' (number expected, got string)\nstack traceback:"),
            "\(run.errors)")
    }

    @Test func jobsInFlightAreCancelledBeforeTheProcessEnds() async throws {
        let script = """
            local fal, task = require "fal", require "task"
            for seed = 1, 3 do
              task.spawn(function() pcall(fal.subscribe, "fal-ai/flux-lora", { prompt = "x", seed = seed }) print "never" end)
            end
            task.sleep(0.5)
            while #arg == 0 do task.sleep(0.05) if io.open(os.getenv "READY") then os.exit(5) end end
            """
        let folder = try TemporaryFolder()
        try await withSimulator(faults: ["job:endless:times=always"]) { simulator in
            let falhost = try RunningFalhost(
                ["-e", script],
                environment: simulator.environment().merging(["READY": folder.path + "/ready"]) { $1 })
            try await falhost.wait { simulator.counters()[.stream] == 3 }
            _ = try folder.file("ready", contents: Data())
            let run = try await falhost.ending()
            #expect(run.status == 5, "\(run.errors)")
            #expect(run.output.isEmpty)
            #expect(simulator.counters().cancels == 3)
        }
    }

    @Test func cleanupRunsEverywhereAndMayWait() async throws {
        let run = try await run(
            """
            task.spawn(function()
              local x <close> = closing("child", function() task.sleep(0.05) print "child has slept" end)
              print(pcall(task.sleep, 60))
            end)
            local x <close> = closing("main", function() task.sleep(0.01) print("main has slept", pcall(error, "e")) end)
            task.sleep(0)
            local inner = coroutine.wrap(function()
              local x <close> = closing("coroutine")
              table.sort({ 3, 2, 1 }, function() pcall(function() local x <close> = closing("comparator") os.exit(3) end) end)
            end)
            print(pcall(inner))
            """)
        #expect(
            run.output == """
                comparator\tnil
                coroutine\tnil
                main\tnil
                child\tnil
                main has slept\tfalse\te
                child has slept

                """)
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.errors.isEmpty, "\(run.errors)")
    }

    @Test(arguments: [
        "pcall(os.exit, 4)", "xpcall(os.exit, function(e) print('handler', e) return e end, 4)",
        "xpcall(error, function() os.exit(4) end)", "coroutine.wrap(os.exit)(4)",
        "print(coroutine.resume(coroutine.create(os.exit), 4))", "task.spawn(os.exit, 4) task.sleep(60)",
        "task.spawn(os.exit, 4):await()", "task.all { function() os.exit(4) end, function() task.sleep(60) end }",
        "local x <close> = setmetatable({}, { __close = function() os.exit(4) end }) error 'replaced'",
        "coroutine.close((function() local c = coroutine.create(function() local x <close> = closing('c', function() os.exit(4)"
            + " end) coroutine.yield() end) coroutine.resume(c) return c end)())",
        "setmetatable({}, { __gc = function() os.exit(4) end }) collectgarbage() local x = 1 print(x)",
        "setmetatable({}, { __gc = function() os.exit(4) end })",
        "string.gsub('x', 'x', function() os.exit(4) end)",
        "setmetatable(_G, { __index = function() os.exit(4) end }) print(pcall(function() return undefined end))",
    ])
    func nothingCatchesIt(chunk: String) async throws {
        let run = try await run(chunk + "\nprint 'never'")
        #expect(run.status == 4, "\(run.errors)")
        #expect(!run.output.contains("handler"))
        if !chunk.hasPrefix("setmetatable({}, { __gc = function() os.exit(4) end })") || chunk.contains("collect") {
            #expect(!run.output.contains("never"), "\(run.output)")
        }
        #expect(run.errors.isEmpty, "\(run.errors)")
    }

    @Test(arguments: ["pcall(leave)", "print(coroutine.resume(coroutine.create(leave)))", "leave()"])
    func cleanupThatFailsChangesNothing(call: String) async throws {
        let failing =
            "local function leave() local x <close> = closing('x', function() error 'in cleanup' end) os.exit(6) end"
        let run = try await run("\(failing) \(call) print 'never'")
        #expect(run.status == 6, "\(run.errors)")
        #expect(run.output == "x\tnil\n")
    }

    @Test func theLastCodeCounts() async throws {
        let run = try await run("local x <close> = closing('x', function() os.exit(8) end) os.exit(6)")
        #expect(run.status == 8, "\(run.errors)")
    }

    @Test func thePromptEndsWithTheCodeToo() async throws {
        let home = try TemporaryFolder()
        let falhost = try TerminalFalhost(home: home)
        try await falhost.seePrompt()
        falhost.enter("function close() io.open('\(home.path)/closed', 'w'):close() end")
        try await falhost.seePrompt()
        falhost.enter(
            "task.spawn(function() local x <close> = setmetatable({}, { __close = close }) task.sleep(60) end)")
        try await falhost.see("task (waiting)")
        try await falhost.seePrompt()
        falhost.enter("os.exit(7)")
        #expect(await falhost.ending().status == 7)
        #expect(FileManager.default.fileExists(atPath: home.path + "/closed"))
    }
}
