import EventLoop
import LuaRuntime
import Testing

@Suite("Tasks", .timeLimit(.minutes(5)))
struct LuaTaskTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test func `run beside each other and give their results`() async throws {
        let lines = try await lines(
            """
            local a = task.spawn(function(x) out('a') wait() out('a2') return x, 2 end, 1)
            local b = task.spawn(function() out('b') wait() out('b2') end)
            out(a:status())
            out(a:await())
            out(a:await())
            b:await()
            out(a:status())
            """)
        #expect(
            lines == ["ready", "a", "b", "a2", "b2", "1 2", "1 2", "done"]
                || lines == [
                    "ready", "a", "b", "a2", "1 2", "1 2", "b2", "done",
                ], "\(lines)")
    }

    @Test func `sleep at least as long as the clock says`() async throws {
        let lines = try await lines(
            """
            local begin = task.now()
            task.sleep(0.05)
            out(math.type(begin), task.now() - begin >= 0.05)
            """)
        #expect(lines == ["float true"])
    }

    @Test func `with more results than there is room for raise that`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function() return table.unpack({}, 1, 600000) end)
            local ok, e = pcall(t.await, t)
            out(ok, e)
            """)
        #expect(lines.count == 1 && lines[0].contains("false") && lines[0].contains("600000 results"), "\(lines)")
    }

    @Test func `end only after their children`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function()
              task.spawn(function() task.sleep(0.01) out('grandchild') end)
              out('child')
            end)
            t:await()
            out('parent')
            task.spawn(function() wait() out('late') end)
            """)
        #expect(lines == ["child", "grandchild", "parent", "late"])
    }

    @Test func `raise their error where they are awaited, the same value each time`() async throws {
        let lines = try await lines(
            """
            local e = {}
            local t = task.spawn(function() wait() error(e) end)
            local ok, caught = pcall(t.await, t)
            out(ok, caught == e, select(2, pcall(t.await, t)) == e, t:status())
            """)
        #expect(lines == ["false true true failed"])
    }

    @Test func `fail their parent when nobody awaited them, and cancel their siblings`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                task.spawn(function() local x <close> = setmetatable({}, {__close = function() out('closed') end})
                  task.sleep(3600) end)
                task.spawn(function()
                  wait()
                  error('lost')
                end)
                """)
        #expect(error.message == "t.lua:6: lost")
        let traceback = try #require(error.traceback)
        #expect(traceback.contains("t.lua:6: in function"))
        #expect(traceback.contains("spawned at t.lua:4"))
    }

    @Test func `have both tracebacks in an error that was awaited`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                local t = task.spawn(function()
                  wait()
                  error('inside')
                end)
                local function awaiting() t:await() end
                awaiting()
                """)
        #expect(error.description == "t.lua:4: inside")
        let traceback = try #require(error.traceback)
        for part in ["t.lua:4: in function", "awaited at:", "t.lua:6:", "t.lua:7: in main chunk"] {
            #expect(traceback.contains(part), "\(part) in \(traceback)")
        }
    }

    @Test func `raise in the waiting frame when cancelled, and run its cleanup, which may wait`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function()
              local x <close> = setmetatable({}, {__close = function(_, e) out('closing', e.code, wait('waited')) end})
              task.sleep(3600)
              out('never')
            end)
            wait()
            t:cancel() t:cancel()
            local ok, e = pcall(t.await, t)
            out(ok, e, t:status())
            """)
        #expect(lines == ["closing cancelled waited", "false the task was cancelled cancelled"])
    }

    @Test func `are told again at each wait after they caught their cancellation`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function()
              local n = 0
              for _ = 1, 3 do if not pcall(task.sleep, 3600) then n = n + 1 end end
              out('raised', n)
              return 'ended well'
            end)
            wait()
            t:cancel()
            out(t:await())
            """)
        #expect(lines == ["raised 3", "ended well"])
    }

    @Test func `do not begin when cancelled before`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function() out('ran') end)
            t:cancel()
            out(t:status(), pcall(t.await, t))
            """)
        #expect(lines == ["cancelled false the task was cancelled"])
    }

    @Test func `cannot await themselves or those who wait for them`() async throws {
        let lines = try await lines(
            """
            local me
            me = task.spawn(function()
              out(pcall(me.await, me))
              task.spawn(function() out(pcall(me.await, me)) end)
            end)
            """)
        #expect(lines.count == 2)
        #expect(lines[0].contains("cannot await itself"))
        #expect(lines[1].contains("cannot await the task that it belongs to"))
    }

    @Test func `all gives results in order, and fails fast`() async throws {
        let lines = try await lines(
            """
            local r = task.all{function() task.sleep(0.02) return 'slow' end, function() return 'quick' end,
              task.spawn(function() return 'task' end)}
            out(#r, r[1], r[2], r[3])
            out(#task.all{})
            local ok, e = pcall(task.all, {function() task.sleep(3600) end, function() wait() error('bad', 0) end})
            out(ok, e)
            """)
        #expect(lines == ["3 slow quick task", "0", "false bad"])
    }

    @Test func `map keeps its limit and its order`() async throws {
        let lines = try await lines(
            """
            local active, most = 0, 0
            local list = {}
            for i = 1, 50 do list[i] = i end
            local r = task.map(list, {limit = 4}, function(x, i)
              active = active + 1
              if active > most then most = active end
              task.sleep((x % 3) / 1000)
              active = active - 1
              return x * 2 + (i - x)
            end)
            out(most, #r, r[1], r[50])
            out(#task.map({}, function() end))
            out(pcall(task.map, {1}, {limits = 1}, print))
            out(pcall(task.map, {1}, {limit = 0}, print))
            local ran = 0
            out(pcall(task.map, list, {limit = 2}, function(x) ran = ran + 1 wait() error('at ' .. x, 0) end))
            out(ran)
            """)
        #expect(lines[0] == "4 50 2 100")
        #expect(lines[1] == "0")
        #expect(lines[2].contains("unknown option 'limits'"))
        #expect(lines[3].contains("limit: integer from 1 expected, got 0"))
        #expect(lines[4] == "false at 1")
        #expect(lines[5] == "2")
    }

    @Test func `are cancelled with the Swift task that runs the script`() async throws {
        try await withLua { lua in
            let chunk = try lua.state.load(
                [UInt8]("local t = require 'task' out('begun') t.sleep(3600)".utf8), name: "@t.lua")
            let script = LoopActor.spawn { try await lua.state.runScript(chunk) }
            while lua.lines.isEmpty { await Task.yield() }
            script.cancel()
            let error = await #expect(throws: LuaError.self) { try await script.value }
            #expect(error?.kind == .cancelled)
        }
    }

    @Test func `may be many`() async throws {
        let lines = try await lines(
            """
            local done = 0
            for i = 1, 5000 do task.spawn(function() wait() done = done + 1 end) end
            task.spawn(function() while done < 5000 do task.sleep(0.001) end out('done') end)
            """)
        #expect(lines == ["done"])
    }

    /// 30,000 scopes, each within the other: ended, failed, cancelled, and closed in the middle.
    @Test func `may be nested deeper than the stack`() async throws {
        let lines = try await lines(
            """
            local function nest(n, body) if n > 0 then task.spawn(nest, n - 1, body) else body() end end
            task.spawn(nest, 30000, function() end):await()
            out('ended')
            local ok, e = pcall(function() task.spawn(nest, 30000, function() error('deep', 0) end):await() end)
            out(ok, e)
            local t = task.spawn(nest, 30000, function() out('at the bottom') task.sleep(3600) end)
            task.sleep(0)
            while t:status() ~= 'waiting' do task.sleep(0.01) end
            t:cancel()
            pcall(t.await, t)
            out('cancelled')
            """)
        #expect(lines.filter { $0 != "at the bottom" } == ["ended", "false deep", "cancelled"])
        try await withLua { lua in
            let chunk = try lua.state.load(
                [UInt8](
                    """
                    local task = require 'task'
                    local function nest(n) if n > 0 then task.spawn(nest, n - 1) else out('bottom') task.sleep(3600) end end
                    nest(30000)
                    """.utf8), name: "@t.lua")
            let script = LoopActor.spawn { try await lua.state.runScript(chunk) }
            while lua.lines.isEmpty { await Task.yield() }
            lua.state.close()
            await #expect(throws: LuaError.self) { try await script.value }
        }
    }

    @Test func `state closed in the middle ends the script with an error`() async throws {
        try await LoopActor.spawn {
            let lua = try LuaFixture()
            let chunk = try lua.state.load([UInt8]("require 'task'.sleep(3600)".utf8), name: "@t.lua")
            let script = LoopActor.spawn { try await lua.state.runScript(chunk) }
            await Task.yield()
            lua.state.close()
            let error = await #expect(throws: LuaError.self) { try await script.value }
            #expect(error?.kind == .closed)
        }.value
    }
}
