import EventLoop
import LuaRuntime
import Testing

@Suite("Groups of tasks", .timeLimit(.minutes(5)))
struct LuaTaskGroupTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test func `settle tells how each ended`() async throws {
        let lines = try await lines(
            """
            local e = {}
            local r = task.settle{function() wait() return 'a', 'b' end, function() error(e) end, function() end,
              task.spawn(function() task.sleep(0.01) return 'late' end)}
            out(#r, r[1].ok, r[1].value, r[2].ok, r[2].error == e, r[3].ok, r[3].value, r[4].value, #task.settle{})
            """)
        #expect(lines == ["4 true a false true true nil late 0"])
    }

    @Test func `settle is cancelled with its caller, and waits for its tasks`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(task.settle, {function()
              local x <close> = setmetatable({}, {__close = function() wait() wait() out('cleaned up') end})
              task.sleep(3600)
            end})
            task.sleep(0.01)
            t:cancel()
            out(pcall(t.await, t))
            """)
        #expect(lines == ["cleaned up", "false the task was cancelled"])
    }

    @Test func `race gives what the first ends with, when the others have ended`() async throws {
        let lines = try await lines(
            """
            local function slow()
              local x <close> = setmetatable({}, {__close = function(_, e) wait() out('loser', e.code) error('unheard') end})
              task.sleep(3600)
            end
            out(task.race{slow, function() task.sleep(0.01) return 'won', 2 end})
            out(pcall(task.race, {slow, function() wait() error('lost', 0) end}))
            out(pcall(task.race, {}))
            out(task.race{task.spawn(function() return 'task' end)})
            """)
        #expect(
            lines == [
                "loser cancelled", "won 2", "loser cancelled", "false lost",
                "false t.lua:8: task.race: argument 1 (list): at least one function or task expected", "task",
            ])
    }

    @Test func `all tells the errors that its other tasks had while they ended`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                task.all{function() wait() error('first') end, function()
                  local x <close> = setmetatable({}, {__close = function() error('second') end})
                  task.sleep(3600)
                end}
                """)
        #expect(error.message == "t.lua:2: first")
        #expect(error.traceback?.contains("failed too: t.lua:3: second") == true)
    }

    @Test func `timeout passes arguments and results, and errors`() async throws {
        let lines = try await lines(
            """
            out(task.timeout(5, function(...) wait() return ... end, 1, nil, 'c'))
            out(pcall(task.timeout, 5, function() wait() error('own', 0) end))
            out(pcall(task.timeout, -1, print))
            out(pcall(task.timeout, 1))
            """)
        #expect(
            lines == [
                "1 nil c", "false own",
                "false t.lua:4: task.timeout: argument 1 (seconds): number from 0 to 31536000 expected, got -1",
                "false t.lua:5: task.timeout: argument 2 (fn): function expected, got no value",
            ])
    }

    @Test func `timeout raises an error value when the function has ended`() async throws {
        let lines = try await lines(
            """
            local ok, e = pcall(task.timeout, 0.01, function()
              local x <close> = setmetatable({}, {__close = function(_, e) wait() out('closed', e.reason) end})
              task.sleep(3600)
            end)
            out(ok, e.code, e.kind, e)
            out(task.timeout(0.01, function() pcall(task.sleep, 3600) return 'a result is kept' end))
            """)
        #expect(
            lines == [
                "closed its 0.01 s were over", "false timeout runtime task.timeout: not done after 0.01 s",
                "a result is kept",
            ])
    }

    @Test func `timeout shows where the function was`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                local function body()
                  task.sleep(3600)
                end
                task.timeout(0.01, body)
                """)
        let traceback = try #require(error.traceback)
        for part in ["t.lua:3: in", "awaited at:", "t.lua:5: in main chunk"] {
            #expect(traceback.contains(part), "\(traceback)")
        }
    }

    @Test func `ten thousand tasks sleep, wait for a channel and for permits`() async throws {
        let lines = try await lines(
            """
            local c, s, n, sum = task.channel(3), task.semaphore(10), 10000, 0
            for i = 1, n do task.spawn(function() task.sleep(0.001) s:with(function() c:send(i) end) end) end
            for i = 1, n do sum = sum + c:receive() end
            out(sum)
            """)
        #expect(lines == ["50005000"])
    }
}
