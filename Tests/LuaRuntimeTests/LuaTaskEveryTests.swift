import EventLoop
import LuaRuntime
import Testing

@Suite("task.every", .timeLimit(.minutes(1)))
struct LuaTaskEveryTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test func `calls again and again until it is cancelled`() async throws {
        let lines = try await lines(
            """
            local done, count = task.channel(1), 0
            local t = task.every(0.005, function(a, b)
              count = count + 1
              if count == 3 then done:send(a .. b) end
            end, 'x', 'y')
            out(t:status(), count)
            out(done:receive(), count >= 3)
            t:cancel()
            local so_far = count
            task.sleep(0.02)
            out(count == so_far, t:status())
            """)
        #expect(lines == ["ready 0", "xy true", "true cancelled"])
    }

    @Test func `never runs twice at once, and leaves out what falls into a long run`() async throws {
        let lines = try await lines(
            """
            local running, most, beats, start = 0, 0, {}, clock()
            local done = task.channel(1)
            task.every(0.1, function()
              running = running + 1
              most = math.max(most, running)
              local number = math.floor((clock() - start) / 0.1 + 0.02)
              if beats[number] then out('twice in one pause', number) end
              beats[number] = true
              task.sleep(next(beats, next(beats)) and 0.001 or 0.35)
              running = running - 1
              if number > 7 then done:send(true) end
            end)
            done:receive()
            out(most)
            """)
        #expect(lines == ["1"])
    }

    @Test func `keeps to the clock, whatever a run takes`() async throws {
        let lines = try await lines(
            """
            local beats = {}
            local start = clock()
            local t = task.every(0.2, function()
              beats[#beats + 1] = (clock() - start) / 0.2
              task.sleep(0.1)
            end)
            task.sleep(1.3)
            t:cancel()
            -- With the run added to the pause the sixth beat would come at nine pauses.
            for i, beat in ipairs(beats) do if math.floor(beat + 0.02) < i then out('early', i, beat) end end
            out(#beats <= 6, #beats > 0)
            """)
        #expect(lines == ["true true"])
    }

    @Test func `ends with its scope, which does not wait for it`() async throws {
        let lines = try await lines(
            """
            local function note(name) return setmetatable({}, { __close = function(_, e) wait() out(name, e.code) end }) end
            task.scope(function()
              task.every(3600, print)
              task.every(0.001, function() local n <close> = note 'closed' task.sleep(3600) end)
              task.spawn(function() task.sleep(0.02) out 'child' end)
            end)
            out 'after the scope'
            task.every(3600, print)
            task.every(3600, print)
            """)
        #expect(lines == ["child", "closed cancelled", "after the scope"])
    }

    @Test func `an error ends it and is raised as a spawned task's is`() async throws {
        let lines = try await lines(
            """
            local ok, e = pcall(task.scope, function()
              task.every(0.001, error, { code = 'mine' })
              task.sleep(3600)
            end)
            out(ok, e.code)
            local t = task.every(0.001, error, 'awaited', 0)
            out(pcall(t.await, t))
            """)
        #expect(lines == ["false mine", "false awaited"])
    }

    @Test func `refuses what is no pause and no function`() async throws {
        let lines = try await lines("out(pcall(task.every, 0, print)) out(pcall(task.every, 1))")
        #expect(lines.count == 2 && lines[0].contains("task.every: argument 1 (seconds): number from 0.001"))
        #expect(lines[1].contains("task.every: argument 2 (fn): function expected, got n"))
    }
}
