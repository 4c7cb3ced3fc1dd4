import EventLoop
import LuaRuntime
import Testing

@Suite("Cancelling a task", .timeLimit(.minutes(5)))
struct LuaTaskCancellationTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { lua in
            Self.install(in: lua.state)
            return try await lua.run("local task = require 'task'\n" + source)
        }
    }

    /// `hold()` waits until it is cancelled, and then until `let_go()` is called.
    @LoopActor
    private static func install(in state: LuaState) {
        let held = Held()
        state.setGlobal("hold") { stack in
            stack.push(
                .awaiting("hold") { _ in
                    LuaOperation(start: { resumption in
                        { held.resumption = resumption }
                    })
                } as LuaFunction)
        }
        state.setGlobal("let_go") { stack in
            stack.push(
                LuaFunction("let_go") { _ in
                    for _ in 1...2 {
                        held.resumption?.resume(returning: {
                            $0.push("ignored"); return 1
                        })
                    }
                    return 0
                })
        }
    }

    @LoopActor
    private final class Held {
        var resumption: LuaResumption?
    }

    @Test func `ends its wait only when the operation has ended`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function() out(pcall(hold)) end)
            wait()
            t:cancel() t:cancel('again')
            wait() wait()
            out(t:status())
            let_go()
            t:await()
            out(t:status())
            """)
        #expect(lines == ["cancelling", "false the task was cancelled", "done"])
    }

    @Test func `counts once, and nothing that comes after the end counts`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function()
              local ok, e = pcall(hold)
              out(ok, e.reason)
              wait() -- raised again, for it was caught
            end)
            wait()
            t:cancel('first')
            t:cancel('second')
            let_go()
            t:cancel('third')
            out(pcall(t.await, t))
            out(t:status())
            t:cancel('fourth')
            let_go()
            wait()
            out(t:status())
            """)
        #expect(lines == ["false first", "false the task was cancelled: first", "cancelled", "cancelled"])
    }

    @Test func `gives its reason`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function() task.sleep(3600) end)
            wait()
            t:cancel('no more room')
            local ok, e = pcall(t.await, t)
            out(e, e.code, e.kind, e.reason)
            out(pcall(t.cancel, t, 5))
            """)
        #expect(lines.first == "the task was cancelled: no more room cancelled runtime no more room")
        #expect(lines.last?.contains("task:cancel: argument 1 (reason): string expected, got number") == true)
    }

    @Test func `raises what its cleanup raises`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function()
              local x <close> = setmetatable({}, {__close = function() wait() error('disk full', 0) end})
              task.sleep(3600)
            end)
            wait()
            t:cancel()
            out(pcall(t.await, t))
            out(t:status())
            out(pcall(task.timeout, 0.01, function()
              task.all{function()
                local x <close> = setmetatable({}, {__close = function() error('disk full', 0) end})
                task.sleep(3600)
              end}
            end))
            """)
        #expect(lines == ["false disk full", "failed", "false disk full"])
        for call in ["task.scope(%s)", "task.timeout(60, %s)", "task.shield(%s)", "task.settle{%s}", "task.all{%s}"] {
            let body = "function() pcall(task.sleep, 0.02) error('disk full', 0) end"
            let call = call.split(separator: "%s").joined(separator: body)
            let result = try await self.lines(
                """
                local t = task.spawn(function() return \(call) end)
                task.sleep(0.001)
                t:cancel()
                out(pcall(t.await, t))
                """)
            let expected = call.contains("settle") ? "false the task was cancelled" : "false disk full"
            #expect(result == [expected], "\(call)")
        }
    }

    @Test func `takes it off every queue`() async throws {
        let lines = try await lines(
            """
            local s, c, full = task.semaphore(), task.channel(), task.channel(1)
            full:send('first')
            s:acquire()
            local other = task.spawn(task.sleep, 0.02)
            local list = {
              task.spawn(s.acquire, s), task.spawn(c.receive, c), task.spawn(full.send, full, 'lost'),
              task.spawn(other.await, other),
            }
            wait()
            for _, t in ipairs(list) do t:cancel() end
            wait()
            for _, t in ipairs(list) do out(t:status()) end
            s:release()
            out(s)
            task.spawn(c.send, c, 'for me')
            out(c:receive())
            out(full:receive(), full)
            other:await()
            out(other:status())
            """)
        #expect(
            lines == [
                "cancelled", "cancelled", "cancelled", "cancelled", "semaphore (1 of 1 free)", "for me",
                "first channel (0 of 1)", "done",
            ])
    }

    @Test func `of who awaits a cancelled task is not its own`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                local t = task.spawn(task.sleep, 3600)
                task.spawn(function()
                  wait()
                  t:cancel()
                  t:await()
                end)
                """)
        #expect(error.traceback?.contains("t.lua:6: in function") == true)
    }

    @Test func `leaves a shielded function alone, and is told after it`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function()
              local ok, e = pcall(task.shield, function(x) wait() wait() out('to the end', x) end, 5)
              out(ok, e.code)
            end)
            wait()
            t:cancel()
            t:await()
            out(task.shield(function(...) return ..., 'b' end, 'a'))
            local ok = pcall(function()
              task.spawn(function() wait() error 'sibling' end)
              task.shield(function() wait() wait() wait() out('still to the end') end)
            end)
            out(ok)
            """)
        #expect(lines == ["to the end 5", "false cancelled", "a b", "still to the end", "false"])
    }

    @Test func `does not hold up a state that is closed`() async throws {
        try await LoopActor.spawn {
            let lua = try LuaFixture()
            Self.install(in: lua.state)
            let chunk = try lua.state.load(
                [UInt8](
                    """
                    local task = require 'task'
                    local t = task.spawn(hold)
                    wait()
                    t:cancel()
                    out(t:status())
                    t:await()
                    """.utf8), name: "@t.lua")
            let script = LoopActor.spawn { try await lua.state.runScript(chunk) }
            while lua.lines.isEmpty { await Task.yield() }
            #expect(lua.lines == ["cancelling"])
            lua.state.close()
            let error = await #expect(throws: LuaError.self) { try await script.value }
            #expect(error?.kind == .closed)
        }.value
    }
}
