import EventLoop
import Foundation
import LuaRuntime
import Testing

@Suite("An interruption", .timeLimit(.minutes(5)))
struct LuaInterruptionTests {
    /// Runs `source` as a script and interrupts it from another thread as soon as it has called `ready`.
    private func run(_ source: String) async throws -> [String] {
        try await withLua { lua in
            let interruption = lua.state.interruption
            lua.state.setGlobal("ready") { stack in
                stack.push(
                    LuaFunction("ready") { _ in
                        Thread.detachNewThread { interruption.raise("stop it") }
                        return 0
                    })
            }
            return try await lua.run(source)
        }
    }

    @Test(arguments: [
        "out(pcall(function() ready() while true do end end))",
        "out(pcall(function() ready() while true do math.abs(1) end end))",
        "local co = coroutine.create(function() ready() while true do end end) out(coroutine.resume(co))",
        "local co = coroutine.wrap(function() while true do end end) out(pcall(function() ready() co() end))",
        "local co = coroutine.wrap(function() while true do coroutine.yield() end end)"
            + " out(pcall(function() ready() while true do co() end end))",
        "debug.sethook(function() end, 'crl', 3) out(pcall(function() ready() while true do end end))",
    ])
    func `raises in the code that runs`(_ source: String) async throws {
        let lines = try await run(source)
        #expect(lines.count == 1 && lines[0].hasPrefix("false t.lua:1: ") && lines[0].hasSuffix("stop it"), "\(lines)")
    }

    @Test(arguments: ["{1, 2, 3}", "setmetatable({1, 2, 3}, {__tostring = function() return 'three' end})"])
    func `does not fail a host function that reads values, but the Lua after it`(_ list: String) async throws {
        let lines = try await withLua { lua in
            let interruption = lua.state.interruption
            var seen: [String] = []
            lua.state.setGlobal("read") { stack in
                stack.push(
                    LuaFunction("read") { call in
                        interruption.raise("stop it")
                        var count = 0
                        try call.stack.forEachEntry(at: 1) { _ in count += 1 }
                        seen.append("\(count) \(call.stack.describe(at: 2))")
                        _ = call.stack.describe(at: 1)
                        return 0
                    })
            }
            return try await lua.run("out(pcall(function() read(\(list), 7) while true do end end))") + seen
        }
        #expect(lines == ["false t.lua:1: stop it", "3 7"], "\(lines)")
    }

    @Test func `of a signal handler raises what lua(1) raises`() async throws {
        let lines = try await withLua { lua in
            let interruption = lua.state.interruption
            let address = interruption.address
            lua.state.setGlobal("ready") { stack in
                stack.push(
                    LuaFunction("ready") { _ in
                        Thread.detachNewThread { LuaInterruption.interrupt(at: address) }
                        return 0
                    })
            }
            LuaInterruption.interrupt(at: 0)
            return try await lua.run("out(pcall(function() ready() while true do end end))")
        }
        #expect(lines.count == 1 && lines[0].hasPrefix("false ") && lines[0].hasSuffix("interrupted!"), "\(lines)")
    }

    @Test(arguments: [
        "while true do end", "while true do pcall(function() while true do end end) end",
        "local co = coroutine.wrap(function() while true do pcall(error) end end) co()",
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
    ])
    func `of a burst that is too long cannot be caught for ever`(_ source: String) async throws {
        let message = try await withLua { lua in
            try lua.state.limitBurst(to: .milliseconds(50), message: "too long")
            do {
                _ = try await lua.run(source)
            } catch let error as LuaError {
                let works = try lua.call("return 1 + 1")
                #expect(works == "2")
                return error.message
            }
            return "no error"
        }
        #expect(message.hasPrefix("t.lua:1: ") && message.hasSuffix("too long"), "\(message)")
    }

    @Test func `raises once and leaves no hook behind`() async throws {
        let lines = try await run(
            """
            pcall(function() ready() while true do end end)
            local n = 0
            for i = 1, 1e6 do n = n + 1 end
            out(n, debug.gethook())
            """)
        #expect(lines == ["1000000 nil"] || lines == ["1000000"], "\(lines)")
    }

    @Test func `gives a script its own hook back`() async throws {
        let lines = try await run(
            """
            local count = 0
            local function hook() count = count + 1 end
            debug.sethook(hook, "", 100)
            pcall(function() ready() while true do end end)
            local f, mask, interval = debug.gethook()
            count = 0
            for i = 1, 1e4 do end
            out(f == hook, mask, interval, count > 10)
            """)
        #expect(lines == ["true  100 true"], "\(lines)")
    }

    @Test func `does nothing to a state that runs nothing`() async throws {
        let lines = try await withLua { lua in
            lua.state.interruption.raise("too early")
            return try await lua.run("local n = 0 for i = 1, 1e5 do n = n + 1 end wait() out(n)")
        }
        #expect(lines == ["100000"])
    }

    @Test func `may be held longer than the state lives`() async throws {
        let interruption = try await withLua { $0.state.interruption }
        interruption.raise("too late")
    }

    @Test func `that comes while a function of the host runs is raised when that returns`() async throws {
        let lines = try await withLua { lua in
            let interruption = lua.state.interruption
            lua.state.setGlobal("interrupted_inside") { stack in
                stack.push(
                    LuaFunction("interrupted_inside") { _ in
                        interruption.raise("while away")
                        return 0
                    })
            }
            return try await lua.run("out(pcall(function() interrupted_inside() local x = 1 return x end))")
        }
        #expect(lines == ["false t.lua:1: while away"], "\(lines)")
    }
}
