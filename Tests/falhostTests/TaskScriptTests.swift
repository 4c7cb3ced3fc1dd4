import Foundation
import Simulator
import Testing

/// `require "task"` as an operator meets it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct TaskScriptTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let chunk: String
        let result: String
        var testDescription: String { name }

        init(_ name: String, _ chunk: String, _ result: String) {
            self.name = name
            self.chunk = chunk
            self.result = result
        }
    }

    private static let preamble = "local task = require 'task'\n"

    static let values: [Case] = [
        Case(
            "await gives all results",
            "print(task.spawn(function(a, b) task.sleep(0.01) return a + b, 'x' end, 1, 2):await())",
            "3\tx"),
        Case(
            "a task can be awaited twice", "local t = task.spawn(function() return 7 end) print(t:await(), t:await())",
            "7\t7"),
        Case(
            "the main function goes on at once", "local t = task.spawn(print, 'child') print 'main' t:await()",
            "main\nchild"),
        Case(
            "a script ends after its children",
            "task.spawn(function() task.sleep(0.02) print 'child' end) print 'main'",
            "main\nchild"),
        Case(
            "sleeps run side by side",
            """
            local order = {}
            task.all { function() task.sleep(0.2) order[#order + 1] = 'slow' end,
              function() task.sleep(0.01) order[#order + 1] = 'quick' end }
            print(table.concat(order, ' '))
            """, "quick slow"),
        Case(
            "all keeps the order of its list",
            "print(table.concat(task.all { function() task.sleep(0.05) return 'a' end, task.spawn(function() return 'b' end) }, ' '))",
            "a b"),
        Case("all of nothing is nothing", "print(#task.all {}, #task.map({}, print))", "0\t0"),
        Case(
            "map keeps the order of its list and passes the position",
            "print(table.concat(task.map({ 3, 1, 2 }, function(x, i) task.sleep(x / 50) return x .. '@' .. i end), ' '))",
            "3@1 1@2 2@3"),
        Case(
            "map runs no more than its limit at a time",
            """
            local now, most, list = 0, 0, {}
            for i = 1, 40 do list[i] = i end
            task.map(list, { limit = 3 }, function()
              now = now + 1 most = math.max(most, now) task.sleep(0.001) now = now - 1
            end)
            print(most)
            """, "3"),
        Case(
            "maps nest",
            "print(task.map({ 1, 2 }, function(i) return table.concat(task.map({ 1, 2 }, function(j) return i .. j end), '+') end)[2])",
            "21+22"),
        Case(
            "an error reaches who awaits, as the value that was raised",
            "local ok, e = pcall(function() task.spawn(function() error { code = 'mine' } end):await() end) print(ok, e.code)",
            "false\tmine"),
        Case(
            "one that fails ends its siblings, and their cleanup runs",
            """
            local ok, e = pcall(task.all, {
              function() local c <close> = setmetatable({}, { __close = function() print 'closed' end }) task.sleep(60) end,
              function() task.sleep(0.01) error('two', 0) end,
            })
            print(ok, e)
            """, "closed\nfalse\ttwo"),
        Case(
            "after an error map starts no more",
            """
            local started = 0
            pcall(task.map, { 1, 2, 3, 4 }, { limit = 1 }, function(i) started = started + 1 if i == 2 then error 'x' end end)
            print(started)
            """, "2"),
        Case(
            "cancel ends a wait",
            "local t = task.spawn(task.sleep, 60) task.sleep(0.01) t:cancel() local ok, e = pcall(t.await, t) print(ok, e.code, t:status())",
            "false\tcancelled\tcancelled"),
        Case(
            "a task knows its state",
            "local t = task.spawn(task.sleep, 0) print(t:status()) t:await() print(t:status())", "ready\ndone"),
        Case(
            "waits work in coroutines, iterators and pcall",
            """
            local co = coroutine.wrap(function() task.sleep(0.001) coroutine.yield(1) task.sleep(0.001) return 2 end)
            local n = 0
            for x in function() task.sleep(0.001) n = n + 1 return n < 3 and n or nil end do io.write(x, ' ') end
            print(co(), co(), pcall(task.sleep, 0.001))
            """, "1 2 1\t2\ttrue"),
        Case(
            "settle tells how each ended",
            """
            local r = task.settle { function() return 7 end, function() error('no', 0) end }
            print(r[1].ok, r[1].value, r[2].ok, r[2].error)
            """, "true\t7\tfalse\tno"),
        Case(
            "the first of a race wins",
            "print(task.race { function() task.sleep(60) end, function() task.sleep(0.01) return 'quick', 1 end })",
            "quick\t1"),
        Case(
            "a timeout is an error value",
            "local ok, e = pcall(task.timeout, 0.01, task.sleep, 60) print(ok, e.code, e.kind, e)",
            "false\ttimeout\truntime\ttask.timeout: not done after 0.01 s"),
        Case(
            "a scope ends with what was spawned in it",
            "print(task.scope(function(scope) scope:spawn(print, 'child') return 'scope' end)) print 'after'",
            "child\nscope\nafter"),
        Case(
            "producers and consumers share a channel",
            """
            local jobs, done = task.channel(2), task.channel()
            for _ = 1, 3 do task.spawn(function() for job in jobs:iterate() do task.sleep(0.001) done:send(job) end end) end
            task.spawn(function() for i = 1, 20 do jobs:send(i) end jobs:close() end)
            local sum = 0
            for _ = 1, 20 do sum = sum + done:receive() end
            print(sum)
            """, "210"),
        Case(
            "a semaphore lets in as many as it says",
            """
            local s, now, most = task.semaphore(2), 0, 0
            local function work() local permit <close> = s:acquire() now = now + 1 most = math.max(most, now)
              task.sleep(0.001) now = now - 1 end
            task.all { work, work, work, work, work }
            print(most)
            """, "2"),
        Case(
            "a module may wait at its top level",
            "package.preload.m = function() task.sleep(0.01) return { ready = true } end print(require('m').ready)",
            "true"),
    ]

    @Test(arguments: values)
    func behaves(as test: Case) async throws {
        #expect(try await LuaChunk.output(Self.preamble + test.chunk) == test.result)
    }

    static let refusals: [Case] = [
        Case("no function", "task.spawn(5)", "task.spawn: argument 1 (fn): function expected, got number"),
        Case("all of something else", "task.all { 1 }", "item 1 must be a function or a task, not number"),
        Case("an unknown option", "task.map({ 1 }, { limt = 2 }, print)", "unknown option 'limt'"),
        Case("a limit of 0", "task.map({ 1 }, { limit = 0 }, print)", "limit: integer from 1 expected, got 0"),
        Case("a negative time", "task.sleep(-1)", "argument 1 (seconds): number from 0"),
        Case("no time", "task.sleep(0/0)", "argument 1 (seconds): number from 0"),
        Case("itself", "local t t = task.spawn(function() t:await() end) t:await()", "a task cannot await itself"),
        Case("where Lua cannot wait", "table.sort({ 2, 1 }, function() task.sleep(0) end)", "cannot wait here"),
        Case("a child that nobody awaited", "task.spawn(function() error 'lost' end) task.sleep(5)", ":2: lost"),
    ]

    @Test(arguments: refusals)
    func refuses(_ test: Case) async throws {
        let error = try await LuaChunk.error(Self.preamble + test.chunk)
        #expect(error.contains(test.result), "\(error)")
        #expect(error.hasPrefix("(command line):2: "), "\(error)")
    }

    @Test func aDeadlockEndsTheScriptAndNamesItsTasks() async throws {
        let run = try await FalhostProcess.run(
            "-e",
            Self.preamble
                + "local c = task.channel()\ntask.spawn(function()\n  c:send(1)\nend)\ntask.channel():receive()")
        #expect(run.status == 1)
        let expected = """
            falhost: (command line):6: deadlock: 2 tasks wait for each other
              (command line):6: the script waits for a value in a channel (channel:receive)
              (command line):4: the task spawned at (command line):3 waits for a receiver at a channel (channel:send)

            """
        #expect(run.errors.hasPrefix(expected), "\(run.errors)")
    }

    /// When a timeout is raised, the job behind it is cancelled already: no job runs that nobody will collect.
    @Test func aTimeoutIsRaisedAfterTheJobIsCancelledAtTheServer() async throws {
        let script = """
            local fal, task = require "fal", require "task"
            local ok, e = pcall(task.timeout, 0.5, fal.subscribe, "fal-ai/flux-lora", { prompt = "x" })
            print(ok, e.code)
            """
        var configuration = SimulatorConfiguration()
        configuration.runTime = .seconds(600)
        try await withSimulator(configuration) { simulator in
            let run = try await FalhostProcess.run("-e", script, environment: simulator.environment())
            #expect(run.output == "false\ttimeout\n", "\(run.errors)")
            #expect(simulator.counters().submits == 1)
            #expect(simulator.counters().cancels == 1)
        }
    }

    @Test func aTracebackLeadsFromTheChildToWhoAwaitsIt() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.file(
            "s.lua",
            """
            local task = require "task"
            local function draw(i)
              if i == 2 then error "two is wrong" end
            end
            local function batch()
              task.map({ 1, 2, 3 }, draw)
            end
            batch()
            """)
        let run = try await FalhostProcess.run(script.path)
        #expect(run.status == 1)
        // Lua shortens a long path from the left.
        #expect(run.errors.prefix { $0 != "\n" }.hasSuffix("/s.lua:3: two is wrong"), "\(run.errors)")
        for place in [":3: in function", "task.map", ":6: in", ":8: in main chunk"] {
            #expect(run.errors.contains(place), "\(place): \(run.errors)")
        }
    }

    /// The same limit seen from fal's side: never more jobs than it allows are open.
    @Test func theLimitHoldsAtTheServerToo() async throws {
        let script = """
            local fal, task = require "fal", require "task"
            local now, most, list = 0, 0, {}
            for i = 1, 24 do list[i] = i end
            task.map(list, { limit = 4 }, function(seed)
              local job = fal.submit("fal-ai/flux-lora", { prompt = "x", seed = seed })
              now = now + 1
              most = math.max(most, now)
              job:result()
              now = now - 1
            end)
            print(most)
            """
        var configuration = SimulatorConfiguration()
        configuration.maximumOpenJobs = 4
        configuration.runTime = .milliseconds(20)
        try await withSimulator(configuration) { simulator in
            let run = try await FalhostProcess.run("-e", script, environment: simulator.environment())
            #expect(run.output == "4\n", "\(run.errors)")
            // A fifth open job would have been refused with 429 and submitted again.
            #expect(simulator.counters()[.submit] == 24)
        }
    }
}
