import EventLoop
import LuaRuntime
import Testing

/// Deadlines of calls into a state with all libraries: coroutines, finalizers, `__close`.
@Suite("A deadline", .timeLimit(.minutes(5)))
struct LuaDeadlineTests {
    /// Calls the chunk that `source` returns, with a deadline.
    private func failure(_ source: String) async throws -> LuaError {
        try await withLua { lua in
            let function = try lua.state.load([UInt8](source.utf8), name: "@t.lua")
            let prepared = try lua.state.call(function) { stack, first, _ in stack.reference(at: first) }
            do {
                _ = try lua.state.call(prepared, deadline: .milliseconds(50)) { _, _, _ in 0 }
            } catch let error as LuaError {
                #expect(try lua.call("local n = 0 for i = 1, 1e4 do n = n + 1 end return n") == "10000")
                return error
            }
            throw Failure(text: "no error from \(source)")
        }
    }

    @Test(arguments: [
        "local co = coroutine.wrap(function() while true do end end) return function() co() end",
        "local co = coroutine.create(function() while true do pcall(error) end end)"
            + " return function() while true do coroutine.resume(co) end end",
        "return function() while true do coroutine.wrap(function() pcall(error) end)() end end",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end)"
            + " return function() while true do pcall(co) end end",
        "return function() while true do coroutine.resume(coroutine.create(function() while true do end end)) end end",
        "return function() local co = coroutine.create(function()"
            + " local x <close> = setmetatable({}, {__close = function() while true do end end})"
            + " coroutine.yield() end) coroutine.resume(co) while true do coroutine.close(co) end end",
        "return function() while true do pcall(require, 'no_such_module') end end",
        "return function() while true do pcall(load, function() while true do end end) end end",
        "return function() while true do debug.sethook() end end",
        "return function() while true do setmetatable({}, {__gc = function() pcall(error) end}) end end",
    ])
    func `stops`(_ source: String) async throws {
        let error = try await failure(source)
        #expect(error.kind == .deadline)
        #expect(error.message.contains("took longer than 50 ms"), "\(error.message)")
    }

    @Test func `of an outer call governs the calls within it`() async throws {
        let kinds = try await withLua { lua in
            var kinds: [LuaError.Kind] = []
            lua.state.setGlobal("nested") { stack in
                stack.push(
                    LuaFunction("nested") { call in
                        do {
                            _ = try lua.call("while true do end", deadline: .seconds(50))
                        } catch let error as LuaError {
                            kinds.append(error.kind)
                            throw error
                        }
                        return 0
                    })
            }
            do {
                _ = try lua.call("pcall(nested) return 1", deadline: .milliseconds(50))
            } catch let error as LuaError {
                kinds.append(error.kind)
            }
            return kinds
        }
        #expect(kinds == [.deadline, .deadline])
    }

    @Test func `stops a state that another one called`() async throws {
        let result = try await withLua { outer in
            let inner = try LuaFixture(.sandbox(memoryLimit: 4 << 20))
            defer { inner.state.close() }
            outer.state.setGlobal("inner") { stack in
                stack.push(
                    LuaFunction("inner") { call in
                        call.stack.push(try inner.call("while true do end", deadline: .milliseconds(50)))
                        return 1
                    })
            }
            return try await outer.run("out(pcall(inner)) local n = 0 for i = 1, 1e5 do n = n + 1 end out(n)")
        }
        #expect(result.count == 2 && result[0].contains("longer than 50 ms") && result[1] == "100000", "\(result)")
    }

    @Test func `in a long row of calls hits none of them`() async throws {
        let count = try await withLua(.sandbox(memoryLimit: 4 << 20)) { lua in
            let function = try lua.state.load(
                [UInt8]("local n = 0 for i = 1, 1000 do n = n + i end return n".utf8), name: "=x")
            let end = ContinuousClock.now + .milliseconds(300)
            var count = 0
            while ContinuousClock.now < end {
                try lua.state.call(function, deadline: .milliseconds(50)) { _, _, _ in }
                count += 1
            }
            return count
        }
        #expect(count > 100)
    }
}
