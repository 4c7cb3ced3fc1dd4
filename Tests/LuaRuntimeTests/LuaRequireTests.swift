import EventLoop
import LuaRuntime
import Testing

@Suite("require", .timeLimit(.minutes(5)))
struct LuaRequireTests {
    private func lines(_ source: String) async throws -> [String] {
        try await withLua { try await $0.run("local task = require 'task'\n" + source) }
    }

    @Test(arguments: [
        // Returned values, and what the module put into package.loaded itself; the loader's data come second.
        (
            "package.preload.m = function(...) out(...) return 7 end out(require 'm') out(require 'm')",
            "m :preload:|7 :preload:|7"
        ),
        ("package.preload.m = function() end out(require 'm') out(package.loaded.m)", "true :preload:|true"),
        ("package.preload.m = function(n) package.loaded[n] = 'own' end out(require 'm')", "own :preload:"),
        ("package.preload.m = function() return false end out(require 'm')", "false :preload:"),
        (
            "table.insert(package.searchers, 1, function(n) return function(_, d) return n .. d end, '!' end) out(require 'm')",
            "m! !"
        ),
        (
            "table.insert(package.searchers, 1, function(n) wait() return function() return wait(n) end end) out(require 'm')",
            "m nil"
        ),
        ("package.searchers = 5 out(pcall(require, 'm'))", "false 'package.searchers' must be a table"),
        ("out(pcall(require))", "false bad argument #1 to 'require' (string expected, got no value)"),
        (
            "package.searchers = {function() return 'first' end, function() end, function() return 'third' end} "
                + "out((select(2, pcall(require, 'm')):gsub('\\n\\t', '; ')))", "module 'm' not found:; first; third"
        ),
        (
            "package.preload.m = function() error('broken', 0) end out(pcall(require, 'm')) out(pcall(require, 'm'))",
            "false broken|false broken"
        ),
        // A module that requires itself is loaded again, as in Lua.
        (
            "local n = 0 package.preload.m = function() n = n + 1 if n < 3 then require 'm' end return n end out(require 'm')",
            "3 :preload:"
        ),
    ])
    func `is that of Lua: `(_ source: String, _ expected: String) async throws {
        #expect(try await lines(source) == expected.split(separator: "|").map(String.init))
    }

    @Test func `says where a module was required that is not found`() async throws {
        let error = try await failure(of: "\nrequire 'no.such'")
        #expect(error.message.hasPrefix("t.lua:2: module 'no.such' not found:\n\tno field package.preload['no.such']"))
    }

    @Test func `lets a second task wait for the first`() async throws {
        let lines = try await lines(
            """
            local loads = 0
            package.preload.m = function() loads = loads + 1 task.sleep(0.01) return {} end
            local r = task.all{function() return require 'm' end, function() return require 'm' end,
              function() return require 'm' end}
            out(loads, r[1] == r[2], r[2] == r[3])
            """)
        #expect(lines == ["1 true true"])
    }

    @Test func `gives the first task's error to those who waited, and may be tried again`() async throws {
        let lines = try await lines(
            """
            local loads, e = 0, {}
            package.preload.m = function() loads = loads + 1 wait() if loads == 1 then error(e) end return 'good' end
            local function try() return select(2, pcall(require, 'm')) end
            local r = task.all{try, try}
            out(r[1] == e, r[2] == e, loads)
            out(require 'm')
            """)
        #expect(lines == ["true true 1", "good :preload:"])
    }

    @Test func `goes on in another task when the loading one is cancelled`() async throws {
        let lines = try await lines(
            """
            package.preload.m = function() out('loading') task.sleep(0.01) return 'm' end
            local first = task.spawn(require, 'm')
            local second = task.spawn(function() return require 'm' end)
            wait()
            first:cancel()
            out(second:await())
            """)
        #expect(lines == ["loading", "loading", "m :preload:"])
    }

    @Test func `refuses a cycle across tasks, naming the modules`() async throws {
        let lines = try await lines(
            """
            package.preload.a = function() wait() return require 'b' end
            package.preload.b = function() wait() return require 'a' end
            local r = task.settle{function() return require 'a' end, function() return require 'b' end}
            out(r[1].error or r[1].value)
            out(r[2].error or r[2].value)
            """)
        #expect(lines.count == 2)
        for line in lines { #expect(line.contains("require each other: 'a' -> 'b' -> 'a'"), "\(line)") }
    }

    @Test func `says that it cannot wait for another task's load where waiting is impossible`() async throws {
        let lines = try await lines(
            """
            package.preload.m = function() task.sleep(0.01) end
            task.spawn(require, 'm')
            wait()
            out(pcall(table.sort, {2, 1}, function() require 'm' end))
            """)
        #expect(lines == ["false t.lua:5: require: cannot wait here (inside a table.sort comparator)"])
    }

    @Test func `keeps the traceback of a module that fails`() async throws {
        let error = try await failure(
            of: "package.preload.m = function()\n  wait()\n  error('inside')\nend\n\nrequire 'm'")
        let traceback = try #require(error.traceback)
        for part in ["t.lua:3: in function", "in function 'require'", "t.lua:6: in main chunk"] {
            #expect(traceback.contains(part), "\(traceback)")
        }
    }

    @Test func `ends a module that requires itself for ever as Lua does`() async throws {
        let lines = try await lines("package.preload.m = function() require 'm' end out(pcall(require, 'm'))")
        #expect(lines == ["false C stack overflow"])
    }
}
