import EventLoop
import Foundation
import LuaRuntime
import Testing

@Suite("Scopes of tasks", .timeLimit(.minutes(5)))
struct LuaTaskScopeTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test func `end when what was spawned in them has`() async throws {
        let lines = try await lines(
            """
            out(task.scope(function(scope)
              scope:spawn(function(x) task.sleep(0.01) out('first', x) end, 1)
              task.spawn(function() task.spawn(function() task.sleep(0.02) scope:spawn(out, 'from elsewhere') end) end)
              return 'a', 'b'
            end))
            out(select('#', task.scope(function() end)))
            """)
        #expect(lines == ["first 1", "from elsewhere", "a b", "0"])
    }

    @Test func `end with the first error, which cancels the others and their own wait`() async throws {
        let lines = try await lines(
            """
            local ok, e = pcall(task.scope, function(scope)
              scope:spawn(function()
                local x <close> = setmetatable({}, {__close = function(_, e) wait() out('sibling', e.code) end})
                task.sleep(3600)
              end)
              scope:spawn(function() wait() error('first', 0) end)
              out(pcall(task.sleep, 3600))
              error('first', 0)
            end)
            out(ok, e)
            """)
        #expect(lines == ["false first", "sibling cancelled", "false first"])
    }

    @Test func `carry both tracebacks`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                local function outer()
                  task.scope(function(scope)
                    scope:spawn(function()
                      wait()
                      error('child')
                    end)
                    task.sleep(3600)
                  end)
                end
                outer()
                """)
        #expect(error.description == "t.lua:6: child")
        let traceback = try #require(error.traceback)
        let parts = [
            "t.lua:6: in function", "spawned at t.lua:4, raised in its parent at:", "t.lua:8: in function",
            "awaited at:", "task.scope", "t.lua:11: in main chunk",
        ]
        var rest = traceback[...]
        for part in parts {
            let place = try #require(rest.range(of: part), "\(part) in \(traceback)")
            rest = rest[place.upperBound...]
        }
    }

    @Test func `that are cancelled end without an error`() async throws {
        let lines = try await lines(
            """
            local count = select('#', task.scope(function(scope)
              scope:spawn(function() wait() scope:cancel() end)
              scope:spawn(function() local ok, e = pcall(task.sleep, 3600) out(e.code) end)
              task.sleep(3600)
            end))
            out(count)
            local kept
            out(task.scope(function(scope) kept = scope scope:spawn(task.sleep, 3600) scope:cancel() return 'done' end))
            out(pcall(kept.spawn, kept, print))
            """)
        #expect(lines.prefix(3) == ["cancelled", "0", "done"])
        #expect(lines.last?.contains("scope:spawn: the scope has ended") == true)
    }

    @Test func `of the script end at once with a child that nobody awaits`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                task.spawn(function() wait() error('lost') end)
                task.sleep(3600)
                """)
        #expect(error.message == "t.lua:2: lost")
        #expect(error.traceback?.contains("spawned at t.lua:2, raised in its parent at:") == true)
        #expect(error.traceback?.contains("t.lua:3: in main chunk") == true)
    }

    @Test func `raise a child's error at the next wait of a parent that was running, and once`() async throws {
        let lines = try await lines(
            """
            local c = task.channel(1)
            task.spawn(function() c:send(1) error('lost', 0) end)
            out(c:receive())
            out(pcall(wait, 'never'))
            out(pcall(wait, 'goes on'))
            """)
        #expect(lines == ["1", "false lost", "true goes on"])
    }

    @Test func `give the error to a parent that awaits a sibling, not that sibling's end`() async throws {
        let lines = try await lines(
            """
            task.spawn(function() error('first', 0) end)
            local sibling = task.spawn(out, 'never begins')
            out(pcall(sibling.await, sibling))
            out(sibling:status())
            """)
        #expect(lines == ["false first", "cancelled"])
    }

    @Test func `leave a child alone that somebody awaits, until nobody does`() async throws {
        let lines = try await lines(
            """
            local t = task.spawn(function() wait() wait() error('mine', 0) end)
            task.spawn(function() out('observer', pcall(t.await, t)) end)
            task.sleep(0.01)
            local late = task.spawn(function() task.sleep(0.03) error('late', 0) end)
            out(pcall(task.timeout, 0.01, late.await, late))
            out(pcall(task.sleep, 3600))
            """)
        #expect(lines[0] == "observer false mine")
        #expect(lines[1] == "false task.timeout: not done after 0.01 s")
        #expect(lines[2] == "false late")
    }

    @Test func `tell all errors of children that failed together`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                task.spawn(function() wait() error('one') end)
                task.spawn(function() pcall(task.sleep, 3600) error('two') end)
                task.sleep(3600)
                """)
        #expect(error.message == "t.lua:2: one")
        #expect(error.traceback?.contains("spawned at t.lua:3, failed too: t.lua:3: two") == true)
    }

    @Test func `do not let a sibling's cleanup break off that of their parent`() async throws {
        let error = try await failure(
            of: """
                local task = require 'task'
                task.spawn(function()
                  local x <close> = setmetatable({}, {__close = function() error('cleanup') end})
                  task.sleep(3600)
                end)
                task.spawn(function() wait() error('first') end)
                local x <close> = setmetatable({}, {__close = function() for _ = 1, 5 do wait() end out('cleaned up') end})
                task.sleep(3600)
                """)
        #expect(error.message == "t.lua:6: first")
        #expect(error.traceback?.contains("failed too: t.lua:3: cleanup") == true)
    }
}
