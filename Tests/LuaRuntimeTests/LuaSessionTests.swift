import EventLoop
import LuaRuntime
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LuaSessionTests {
    /// A session whose lost errors are kept.
    @LoopActor
    private final class Fixture {
        let lua: LuaFixture
        private(set) var session: LuaSession?
        private(set) var failures: [String] = []

        init(_ lua: LuaFixture) throws {
            self.lua = lua
            session = try LuaSession(in: lua.state) { [unowned self] error, origin in
                failures.append("\(origin ?? "nowhere"): \(error.message)")
            }
        }

        func evaluate(_ source: String) async throws -> String {
            let chunk = try lua.state.load([UInt8](("local task = require 'task' " + source).utf8), name: "=t")
            guard let session else { return "" }
            return try await session.evaluate(chunk) { stack, first, count in
                (first..<first + count).map { stack.describe(at: $0) }.joined(separator: " ")
            }
        }
    }

    private func withSession<Result: Sendable>(
        _ body: @escaping @LoopActor (Fixture) async throws -> Result
    ) async throws -> Result {
        try await withLua { lua in
            let fixture = try Fixture(lua)
            let result = try await body(fixture)
            await fixture.session?.close()
            return result
        }
    }

    @Test func anEvaluationGivesItsValuesAndMayWait() async throws {
        let values = try await withSession { try await $0.evaluate("return 1, wait('two'), nil") }
        #expect(values == "1 two nil")
    }

    @Test func whatIsSpawnedGoesOnAfterTheEvaluation() async throws {
        let lines = try await withSession { fixture in
            _ = try await fixture.evaluate("t = task.spawn(function() wait() wait() out 'later' return 7 end)")
            #expect(fixture.session?.taskCount == 1)
            #expect(fixture.lua.lines == [])
            #expect(try await fixture.evaluate("return t:await()") == "7")
            #expect(fixture.session?.taskCount == 0)
            return fixture.lua.lines
        }
        #expect(lines == ["later"])
    }

    @Test func anErrorThatNobodyAwaitsIsReportedAndHarmsNobodyElse() async throws {
        let failures = try await withSession { fixture in
            _ = try await fixture.evaluate(
                "other = task.spawn(task.sleep, 60) task.spawn(function() wait() error('lost', 0) end)")
            while fixture.failures.isEmpty { await Task.yield() }
            #expect(try await fixture.evaluate("return other:status()") == "waiting")
            return fixture.failures
        }
        #expect(failures == ["t:1: lost"])
    }

    @Test func anErrorThatIsAwaitedIsNotReported() async throws {
        let failures = try await withSession { fixture in
            _ = try await fixture.evaluate("t = task.spawn(function() task.sleep(0.02) error('caught', 0) end)")
            #expect(try await fixture.evaluate("return select(2, pcall(t.await, t))") == "caught")
            for _ in 0..<10 { await Task.yield() }
            return fixture.failures
        }
        #expect(failures == [])
    }

    @Test func anEvaluationThatFailsTakesWhatItSpawnedWithIt() async throws {
        try await withSession { fixture in
            try await #require(throws: LuaError.self) {
                _ = try await fixture.evaluate("t = task.spawn(task.sleep, 60) error 'wrong'")
            }
            #expect(try await fixture.evaluate("return t:status()") == "cancelled")
        }
    }

    @Test func cancellingEndsTheEvaluationAlone() async throws {
        try await withSession { fixture in
            _ = try await fixture.evaluate("other = task.spawn(task.sleep, 60)")
            let evaluation = LoopActor.spawn { try await fixture.evaluate("task.sleep(60)") }
            await Task.yield()
            evaluation.cancel()
            let error = try await #require(throws: LuaError.self) { _ = try await evaluation.value }
            #expect(error.kind == .cancelled)
            #expect(try await fixture.evaluate("return other:status()") == "waiting")
        }
    }

    @Test func anEvaluationThatNothingCanWakeEndsWithAnErrorAndTheSessionGoesOn() async throws {
        let lines = try await withSession { fixture in
            _ = try await fixture.evaluate("c = task.channel() other = task.spawn(function() out(c:receive()) end)")
            for (source, title) in [
                ("task.channel():receive()", "deadlock: 1 task waits"),
                ("task.spawn(function() other:await() end):await()", "deadlock: 2 tasks wait for each other"),
            ] {
                let error = try await #require(throws: LuaError.self) { _ = try await fixture.evaluate(source) }
                #expect(error.message.hasPrefix(title), "\(error)")
            }
            #expect(fixture.session?.taskCount == 1)
            _ = try await fixture.evaluate("c:send('woken by a later line') other:await()")
            return fixture.lua.lines
        }
        #expect(lines == ["woken by a later line"])
    }

    @Test func anEvaluationWhoseCleanupIsStuckTooEnds() async throws {
        let lines = try await withSession { fixture in
            try await #require(throws: LuaError.self) {
                _ = try await fixture.evaluate(
                    """
                    local x <close> = setmetatable({}, {__close = function()
                      out(pcall(c.receive, c)) c:receive()
                    end})
                    c = task.channel()
                    task.spawn(function() c:receive() end)
                    c:receive()
                    """)
            }
            #expect(fixture.session?.taskCount == 0)
            return fixture.lua.lines.map { String($0.prefix { $0 != "\n" }) }
        }
        #expect(lines == ["false deadlock: 1 task waits, and nothing can wake it"])
    }

    @Test func closingEndsWhatIsStuckInItsCleanup() async throws {
        try await withSession { fixture in
            _ = try await fixture.evaluate(
                """
                local c = task.channel()
                task.spawn(function()
                  local x <close> = setmetatable({}, {__close = function() c:receive() end})
                  c:receive()
                end)
                """)
            await Task.yield()
            await fixture.session?.close()
            #expect(fixture.session?.taskCount == 0)
        }
    }

    @Test func closingCancelsWhatStillRunsAndWaitsForIt() async throws {
        let lines = try await withSession { fixture in
            _ = try await fixture.evaluate(
                """
                task.spawn(function()
                  local c <close> = setmetatable({}, { __close = function() pcall(wait) out 'closed' end })
                  task.sleep(60)
                end)
                """)
            await Task.yield()
            await fixture.session?.close()
            return fixture.lua.lines
        }
        #expect(lines == ["closed"])
    }
}
