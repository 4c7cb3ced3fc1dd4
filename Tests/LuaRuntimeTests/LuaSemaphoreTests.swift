import EventLoop
import LuaRuntime
import Testing

@Suite("A semaphore", .timeLimit(.minutes(5)))
struct LuaSemaphoreTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test func `keeps its limit and serves in order`() async throws {
        let lines = try await lines(
            """
            local s, active, most, order = task.semaphore(2), 0, 0, {}
            task.all((function()
              local list = {}
              for i = 1, 9 do
                list[i] = function()
                  s:acquire()
                  order[#order + 1] = i
                  active = active + 1
                  most = math.max(most, active)
                  task.sleep(i % 3 / 1000)
                  active = active - 1
                  s:release()
                end
              end
              return list
            end)())
            out(most, table.concat(order, ' '), s)
            """)
        #expect(lines == ["2 1 2 3 4 5 6 7 8 9 semaphore (2 of 2 free)"])
    }

    @Test func `gets its permit back at the end of a block, also after an error`() async throws {
        let lines = try await lines(
            """
            local s = task.semaphore()
            do local permit <close> = s:acquire() out(s, permit == s) end
            out(s)
            out(pcall(function() local permit <close> = s:acquire() wait() error('e', 0) end))
            out(s)
            out(s:with(function(...) wait() out(s) return ... end, 1, 2))
            out(pcall(s.with, s, function() wait() error('in with', 0) end))
            out(s)
            local t = task.spawn(function() s:with(task.sleep, 3600) end)
            wait()
            t:cancel()
            pcall(t.await, t)
            out(s)
            """)
        #expect(
            lines == [
                "semaphore (0 of 1 free) true", "semaphore (1 of 1 free)", "false e", "semaphore (1 of 1 free)",
                "semaphore (0 of 1 free)", "1 2", "false in with", "semaphore (1 of 1 free)", "semaphore (1 of 1 free)",
            ])
    }

    @Test(arguments: [
        ("task.semaphore(0)", "t.lua:2: task.semaphore: argument 1 (permits): integer from 1 expected, got 0"),
        ("task.semaphore():release()", "t.lua:2: semaphore:release: no permit is taken"),
        (
            "task.semaphore().with(io.stdout, print)",
            "t.lua:2: semaphore:with: called on a userdata, not on a semaphore: is the colon missing?"
        ),
        (
            "task.semaphore():with(5)",
            "t.lua:2: semaphore:with: argument 1 (fn): function expected, got number"
        ),
        ("task.semaphore():with()", "t.lua:2: semaphore:with: argument 1 (fn): function expected, got no value"),
        ("task.semaphore().with()", "t.lua:2: semaphore:with: argument 1 (fn): function expected, got no value"),
        (
            "task.semaphore():acquire():with(print)",
            "the script waits for a permit of a semaphore of 1 (semaphore:with)"
        ),
    ])
    func `refuses`(_ source: String, _ message: String) async throws {
        let error = try await failure(of: "local task = require 'task'\n" + source)
        #expect(error.description.hasSuffix(message), "\(error)")
    }
}
