import EventLoop
import LuaRuntime
import Testing

@Suite("A deadlock", .timeLimit(.minutes(5)))
struct LuaDeadlockTests {
    private func report(_ source: String) async throws -> [String] {
        let error = try await failure(of: "local task = require 'task'\n" + source)
        return error.message.split(separator: "\n").map(String.init)
    }

    @Test func `names each task, its place and what it waits for`() async throws {
        let report = try await report(
            """
            local a, b
            a = task.spawn(function()
              b:await()
            end)
            b = task.spawn(function() local g = coroutine.wrap(function()
              a:await() end) g() end)
            a:await()
            """)
        #expect(
            report == [
                "deadlock: 3 tasks wait for each other",
                "  t.lua:8: the script waits for the task spawned at t.lua:3 (task:await)",
                "  t.lua:4: the task spawned at t.lua:3 waits for the task spawned at t.lua:6 (task:await)",
                "  t.lua:7: the task spawned at t.lua:6 waits for the task spawned at t.lua:3 (task:await)",
            ])
    }

    @Test(arguments: [
        ("task.channel():receive()", "t.lua:2: the script waits for a value in a channel (channel:receive)"),
        ("task.channel():send(1)", "t.lua:2: the script waits for a receiver at a channel (channel:send)"),
        ("local c = task.channel(1) c:send(1) c:send(2)", "the script waits for room in a channel of 1 (channel:send)"),
        (
            "local s = task.semaphore(2) s:acquire() s:acquire() s:acquire()",
            "the script waits for a permit of a semaphore of 2 (semaphore:acquire)"
        ),
        ("local c = task.channel() for v in c:iterate() do end", "a value in a channel (channel:receive)"),
    ])
    func `of one task`(_ source: String, _ line: String) async throws {
        let report = try await report(source)
        #expect(report.first == "deadlock: 1 task waits, and nothing can wake it")
        #expect(report.last?.hasSuffix(line) == true, "\(report)")
    }

    @Test func `of the script's children ends it too, and their cleanup runs`() async throws {
        try await withLua { lua in
            let error = await #expect(throws: LuaError.self) {
                _ = try await lua.run(
                    """
                    local task = require 'task'
                    local c = task.channel()
                    task.spawn(function()
                      local x <close> = setmetatable({}, {__close = function() wait() out('closed') c:receive() end})
                      c:receive()
                    end)
                    """)
            }
            #expect(error?.message.hasPrefix("deadlock: 1 task waits") == true)
            #expect(error?.message.contains("t.lua:5: the task spawned at t.lua:3 waits for a value") == true)
            #expect(lua.lines == ["closed"])
        }
    }

    @Test func `is none while a timer can wake somebody`() async throws {
        let lines = try await withLua { lua in
            try await lua.run(
                """
                local task = require 'task'
                local c = task.channel()
                task.spawn(function() task.sleep(0.02) c:send('late') end)
                out(c:receive())
                """)
        }
        #expect(lines == ["late"])
    }

    @Test func `lists twenty tasks and counts the rest`() async throws {
        let report = try await report("local c = task.channel() for i = 1, 30 do task.spawn(c.receive, c) end")
        #expect(report.first == "deadlock: 30 tasks wait for each other")
        #expect(report.count == 22)
        #expect(report.last == "  … and 10 more")
    }
}
