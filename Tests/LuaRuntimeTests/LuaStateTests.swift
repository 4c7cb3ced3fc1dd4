import EventLoop
import LuaRuntime
import Testing

@Suite("A Lua state", .timeLimit(.minutes(5)))
struct LuaStateTests {
    @Test func `runs a script with its arguments`() async throws {
        let lines = try await withLua { try await $0.run("out(..., select('#', ...))", arguments: ["a", "b"]) }
        #expect(lines == ["a 2"])
    }

    @Test func `skips a first line that begins with #, and keeps line numbers`() async throws {
        let error = try await failure(of: "#!/usr/bin/env falhost\nerror('boom')")
        #expect(error.message == "t.lua:2: boom")
        let empty = try await withLua { try await $0.run("#only") }
        #expect(empty == [])
    }

    @Test func `refuses a chunk that does not parse, with its position`() async throws {
        let error = try await failure(of: "local x = 1\nlocal = 2")
        #expect(error.kind == .syntax)
        #expect(error.position == "t.lua:2")
        #expect(error.message.hasPrefix("t.lua:2: "))
    }

    @Test func `refuses a binary chunk`() async throws {
        let error = try await failure(of: "\u{1B}LuaT")
        #expect(error.kind == .syntax)
        #expect(error.message.contains("binary chunk"))
    }

    @Test func `keeps zero bytes and bytes that are no UTF-8`() async throws {
        try await withLua { lua in
            let chunk = try lua.state.load([UInt8]("return ...".utf8), name: "=x")
            try lua.state.call(chunk) { stack in
                stack.push("a\0b")
                stack.push([0xFF, 0x00] as [UInt8])
                return 2
            } read: { stack, first, count in
                #expect(count == 2)
                #expect(stack.string(at: first) == "a\0b")
                #expect(stack.string(at: first + 1) == nil)
                #expect(stack.bytes(at: first + 1) == [0xFF, 0x00])
            }
        }
    }

    @Test func `gives tables both ways`() async throws {
        try await withLua { lua in
            let chunk = try lua.state.load(
                [UInt8]("local t = ... ; t.c = t.a + #t.list; t[1.5] = true; return t".utf8), name: "=x")
            try lua.state.call(chunk) { stack in
                stack.pushTable(fieldCount: 2)
                stack.push(40)
                stack.setField("a")
                stack.pushTable(arrayCount: 2)
                for position in 1...2 {
                    stack.push(position)
                    stack.setIndex(position)
                }
                stack.setField("list")
                return 1
            } read: { stack, first, _ in
                #expect(stack.getField("c", at: first) == .number)
                #expect(stack.integer(at: -1) == 42)
                stack.pop()
                var keys: [String] = []
                try stack.forEachEntry(at: first) { keys.append($0.describe(at: -2)) }
                #expect(keys.sorted() == ["1.5", "a", "c", "list"])
            }
        }
    }

    @Test func `raises what a Swift function throws, with the position of the call`() async throws {
        let lines = try await withLua {
            try await $0.run("out(pcall(fail))\nout(pcall(function()\nlocal x = fail()\nend))")
        }
        #expect(lines == ["false swift failed", "false t.lua:3: swift failed"])
    }

    @Test func `calls the __tostring of an error value, and keeps the value`() async throws {
        let source = """
            local e = setmetatable({code = 7}, {__tostring = function(e) return 'code ' .. e.code end})
            local ok, caught = pcall(error, e)
            out(ok, caught == e)
            error(e)
            """
        let error = try await failure(of: source)
        #expect(error.message == "code 7")
        #expect(error.position == "t.lua:4")
        #expect(error.description == "t.lua:4: code 7")
    }

    @Test func `has a traceback that reaches through host calls`() async throws {
        let error = try await failure(
            of: "local function inner()\nfail()\nend\nlocal function outer()\ninner()\nend\nouter()")
        #expect(error.description == "t.lua:2: swift failed")
        let traceback = try #require(error.traceback)
        for line in ["t.lua:2:", "t.lua:5:", "t.lua:7: in main chunk"] { #expect(traceback.contains(line)) }
    }

    @Test func `turns a Lua stack overflow into an error`() async throws {
        // Wide frames: fewer of them fill the stack, which matters under the sanitizers.
        let error = try await failure(
            of: "local function f(...) return 1 + f(...) end f(table.unpack({}, 1, 200))")
        #expect(error.message.contains("stack overflow"))
    }

    @Test func `turns endless recursion through a host function into an error`() async throws {
        try await withLua { lua in
            lua.state.setGlobal("again") { stack in
                stack.push(
                    LuaFunction("again") { call in
                        let function = call.stack.reference(at: 1)
                        return try call.state.call(function) { stack in
                            stack.push(function)
                            return 1
                        } read: { _, _, _ in
                            0
                        }
                    })
            }
            let result = try lua.call("return pcall(again, function(f) return again(f) end)")
            #expect(result == "false")
        }
    }

    @Test func `describes deep tables and odd values`() async throws {
        let text = try await withLua { lua in
            try lua.call("local t = {} for i = 1, 20000 do t = {t} end return type(t)")
        }
        #expect(text == "table")
    }

    @Test func `requires a module once, with its Lua part`() async throws {
        let lines = try await withLua { lua in
            lua.state.preload(
                LuaModule(
                    name: "m",
                    functions: [
                        LuaFunction("m.two") { call in
                            call.stack.push(2); return 1
                        }
                    ],
                    values: { stack in
                        stack.push("1.0")
                        stack.setField("version")
                    },
                    prelude: .init("local m = ... ; function m.four() return m.two() * 2 end", chunkName: "=[m]")))
            return try await lua.run("local m = require 'm' out(m.four(), m.version, m == require 'm')")
        }
        #expect(lines == ["4 1.0 true"])
    }

    @Test func `can be closed twice, and refuses work afterwards`() async throws {
        try await LoopActor.spawn {
            let state = try LuaState(.trusted)
            state.close()
            state.close()
            #expect(throws: LuaError.self) { _ = try state.load([], name: "=x") }
        }.value
    }

    @Test func `closes a chain of coroutines without running over the C stack`() async throws {
        // On the loop's thread, as everything Lua is.
        let source = """
            local function nest(inner)
              local co = coroutine.create(function()
                local x <close> = setmetatable({}, {__close = function()
                  if not inner then return end
                  local ok, e = coroutine.close(inner)
                  if not ok then error(e, 0) end
                end})
                coroutine.yield()
              end)
              coroutine.resume(co)
              return co
            end
            local co
            for _ = 1, 100000 do co = nest(co) end
            out(coroutine.close(co))
            out(coroutine.status(co), coroutine.close(co))
            """
        let lines = try await withLua { try await $0.run(source) }
        #expect(lines.count == 2)
        #expect(lines.first?.contains("C stack overflow (coroutine.close within coroutine.close") == true, "\(lines)")
        #expect(lines.last == "dead true")
    }

    @Test func `closed by a host function is closed when Lua has returned`() async throws {
        try await withLua { lua in
            lua.state.setGlobal("close") { stack in
                stack.push(
                    LuaFunction("close") { call in
                        call.state.close()
                        return 0
                    })
            }
            let text = try lua.call("close() return 'went on'")
            #expect(text == "went on")
            while !lua.state.isClosed { await Task.yield() }
        }
    }
}
