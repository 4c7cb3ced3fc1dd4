import EventLoop
import LuaRuntime
import Testing

@Suite("Waiting", .timeLimit(.minutes(5)))
struct LuaWaitTests {
    @Test(arguments: [
        ("out(wait(1, nil, 'x'))", "1 nil x"),
        ("out(pcall(wait, 1))", "true 1"),
        ("out(pcall(wait_and_fail))", "false swift failed later"),
        ("out(pcall(function() wait_and_fail() end))", "false t.lua:1: swift failed later"),
        (
            "out(xpcall(function() wait_and_fail() end, function(m) return 'h ' .. m end))",
            "false h t.lua:1: swift failed later"
        ),
        ("local t = setmetatable({}, {__index = function(_, k) return wait(k) end}) out(t.a)", "a"),
        ("local t = setmetatable({}, {__add = function(_, k) return wait(k) end}) out(t + 5)", "5"),
        ("local n = 0 for i in function() if n < 3 then n = n + 1 return wait(n) end end do out(i) end", "1|2|3"),
        (
            "do local x <close> = setmetatable({}, {__close = function() out('closing', wait(1)) end}) end out('after')",
            "closing 1|after"
        ),
        (
            "local g = coroutine.wrap(function() coroutine.yield(wait(1)) coroutine.yield(2) return wait(3) end) "
                + "out(g(), g(), g())", "1 2 3"
        ),
        (
            "local g = coroutine.wrap(function() for v in coroutine.wrap(function() for i = 1, 3 do "
                + "coroutine.yield(wait(i)) end end) do wait() coroutine.yield(v) end end) out(g(), g(), g())", "1 2 3"
        ),
        (
            "local co = coroutine.create(function(a) local b = wait(a) local c = coroutine.yield(b) error({c}) end) "
                + "out(coroutine.resume(co, 1)) local ok, e = coroutine.resume(co, 2) out(ok, e[1], coroutine.status(co))",
            "true 1|false 2 dead"
        ),
        ("out(pcall(coroutine.wrap(function() wait() error('in co') end)))", "false t.lua:1: in co"),
        (
            "local t = {3, 1, 2} local g = coroutine.wrap(function() while true do coroutine.yield() end end) "
                + "table.sort(t, function(a, b) g() return a < b end) out(t[1], t[2], t[3])", "1 2 3"
        ),
        (
            "local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, wait(v)) end}) t.a = 4 out(t.a)",
            "4"
        ),
        ("local t = setmetatable({}, {__call = function(_, v) return wait(v) end}) out(t(6))", "6"),
        ("local t = setmetatable({}, {__concat = function(_, v) return wait(v) end}) out(t .. 'z')", "z"),
        ("local t = setmetatable({}, {__len = function() return wait(8) end}) out(#t)", "8"),
        ("local t = setmetatable({}, {__unm = function() return wait(8) end}) out(-t)", "8"),
        (
            "local m = {__eq = function() return wait(true) end} out(setmetatable({}, m) == setmetatable({}, m))",
            "true"
        ),
        (
            "local m = {__lt = function() return wait(true) end} out(setmetatable({}, m) < setmetatable({}, m))",
            "true"
        ),
        (
            "local m = {__le = function() return wait(true) end} out(setmetatable({}, m) <= setmetatable({}, m))",
            "true"
        ),
        (
            "local t = setmetatable({}, {__pairs = function() wait() return next, {a = 1} end}) "
                + "for k, v in pairs(t) do out(k, v) end", "a 1"
        ),
        (
            "pcall(function() local x <close> = setmetatable({}, {__close = function(_, e) out(e, wait(1)) end}) "
                + "error('e', 0) end)", "e 1"
        ),
        ("out(load('return wait(3)')())", "3"),
        (
            "local name = os.tmpname() local f = io.open(name, 'w') f:write('return wait(9)') f:close() "
                + "out(dofile(name)) os.remove(name)", "9"
        ),
        ("package.preload.m = function(n) return wait('module ' .. n) end out(require 'm')", "module m :preload:"),
        (
            "local task = require 'task' task.spawn(function() local g = coroutine.wrap(function() "
                + "local ok, v = pcall(function() local sum = 0 for i in coroutine.wrap(function() for i = 1, 3 do "
                + "wait() coroutine.yield(wait(i)) end end) do sum = sum + wait(i) end return sum end) "
                + "coroutine.yield(wait(v)) end) out(g()) end):await()", "6"
        ),
        (
            "local task = require 'task' task.spawn(function() local outer = coroutine.wrap(function() local sum = 0 "
                + "for _, i in ipairs {1, 2, 3} do local ok, v = pcall(function() "
                + "local g = coroutine.wrap(function() coroutine.yield(wait(i)) coroutine.yield(wait(10)) error(i) end) "
                + "sum = sum + g() + g() g() end) coroutine.yield(wait(v)) end coroutine.yield(sum) end) "
                + "out(outer(), outer(), wait(outer()), outer()) end):await()", "1 2 3 36"
        ),
        ("out(coroutine.isyieldable(), select(2, coroutine.running()))", "false true"),
        ("out(pcall(coroutine.yield))", "false attempt to yield from outside a coroutine"),
    ])
    func `works in`(_ source: String, _ expected: String) async throws {
        let lines = try await withLua { try await $0.run(source) }
        #expect(lines == expected.split(separator: "|").map(String.init))
    }

    @Test(arguments: [
        ("table.sort({2, 1}, function(a, b) wait() return a < b end)", "inside a table.sort comparator"),
        ("('x'):gsub('x', function() wait() end)", "inside a string.gsub replacement"),
        ("tostring(setmetatable({}, {__tostring = function() wait() return '' end}))", "inside __tostring"),
        (
            "table.sort({2, 1}, coroutine.wrap(function(a, b) wait() return a < b end))",
            "inside a table.sort comparator"
        ),
        ("('x'):gsub('x', setmetatable({}, {__index = function() wait() end}))", "inside a string.gsub replacement"),
        ("print(setmetatable({}, {__tostring = function() wait() return '' end}))", "inside __tostring"),
        ("('%s'):format(setmetatable({}, {__tostring = function() wait() return '' end}))", "inside __tostring"),
        (
            "for i in ipairs(setmetatable({}, {__index = function() wait() end})) do end",
            "inside a metamethod that ipairs calls"
        ),
        (
            "table.concat(setmetatable({}, {__index = function() wait() end, __len = function() return 1 end}))",
            "inside a metamethod that table.concat calls"
        ),
        (
            "table.unpack(setmetatable({}, {__index = function() wait() end}), 1, 2)",
            "inside a metamethod that table.unpack calls"
        ),
        (
            "table.insert(setmetatable({}, {__newindex = function() wait() end}), 1)",
            "inside a metamethod that table.insert calls"
        ),
        (
            "table.remove(setmetatable({}, {__len = function() wait() return 1 end}))",
            "inside a metamethod that table.remove calls"
        ),
        (
            "table.move(setmetatable({}, {__index = function() wait() end}), 1, 2, 3)",
            "inside a metamethod that table.move calls"
        ),
        ("assert(load(function() wait() end))", "inside a reader function of load"),
        (
            "local co = coroutine.create(function() "
                + "local x <close> = setmetatable({}, {__close = function() wait() end}) coroutine.yield() end) "
                + "coroutine.resume(co) local _, e = coroutine.close(co) error(e, 0)",
            "inside __close while coroutine.close runs"
        ),
        (
            "debug.sethook(function() debug.sethook() wait() end, 'l') local x = 1\n x = 2 debug.sethook()",
            "inside a debug hook"
        ),
        (
            "local m xpcall(error, function() m = select(2, pcall(wait)) end) error(m, 0)",
            "inside a message handler"
        ),
        (
            "local m xpcall(function() local x = nil + 1 end, function() m = select(2, pcall(wait)) end) error(m, 0)",
            "inside a message handler"
        ),
        (
            "local m setmetatable({}, {__gc = function() m = select(2, pcall(wait)) end}) collectgarbage() error(m, 0)",
            "inside __gc"
        ),
    ])
    func `is refused before anything starts in`(_ source: String, _ place: String) async throws {
        try await withLua { lua in
            let lines = try await lua.run("out(pcall(function() \(source) end))")
            #expect(lines.first?.hasSuffix("wait: cannot wait here (\(place))") == true, "\(lines)")
            #expect(lua.startedWaits == 0)
        }
    }

    @Test func `is refused in a call without a task`() async throws {
        try await withLua { lua in
            let text = try lua.call("return select(2, pcall(wait))")
            #expect(text.contains("wait: cannot wait here"))
            #expect(lua.startedWaits == 0)
        }
    }

    @Test func `in a coroutine is safe from other tasks`() async throws {
        let source = """
            local task = require 'task'
            local co = coroutine.create(function() task.sleep(0.01) return 'done' end)
            local t = task.spawn(function() return coroutine.resume(co) end)
            task.sleep(0)
            out(coroutine.status(co), coroutine.resume(co))
            out(pcall(coroutine.close, co))
            out(t:await())
            """
        let lines = try await withLua { try await $0.run(source) }
        #expect(
            lines == [
                "suspended false cannot resume a coroutine that waits for task.sleep",
                "false cannot close a coroutine that waits for task.sleep", "true done",
            ])
    }

    @Test func `ends at once when the operation does`() async throws {
        try await withLua { lua in
            lua.state.setGlobal("ready") { stack in
                stack.push(
                    .awaiting("ready") { _ in
                        LuaOperation(start: { resumption in
                            resumption.resume(returning: { stack in
                                stack.push(7); return 1
                            })
                            resumption.resume(returning: { stack in
                                stack.push(8); return 1
                            })
                            return {}
                        })
                    } as LuaFunction)
            }
            let lines = try await lua.run("out(ready(), ready())")
            #expect(lines == ["7 7"])
        }
    }

    @Test func `shows the coroutines that an error came through`() async throws {
        let error = try await failure(of: "local g = coroutine.wrap(function()\nwait()\nerror('deep')\nend)\n\ng()")
        let traceback = try #require(error.traceback)
        #expect(traceback.contains("t.lua:3: in function"))
        #expect(traceback.contains("resumed from:"))
        #expect(traceback.contains("t.lua:6: in main chunk"))
        #expect(error.message == "t.lua:6: t.lua:3: deep" || error.message == "t.lua:3: deep")
    }
}
