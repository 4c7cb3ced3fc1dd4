import Foundation
import Testing

private let lua = URL(fileURLWithPath: "/usr/bin/lua5.4")
private let hasLua = FileManager.default.isExecutableFile(atPath: lua.path)

/// The same command lines for the system's lua(1) and for falhost: what they print, what they complain of, how they end.
@Suite(.timeLimit(.minutes(5)), .enabled(if: hasLua, "the system has no /usr/bin/lua5.4"))
struct LuaDifferenceTests {
    @Test(arguments: options + scripts + errors + environments + interactive + ends + libraries)
    func falhostDoesWhatLuaDoes(invocation: LuaInvocation) async throws {
        let expected = try await invocation.run(with: lua)
        let run = try await invocation.run(with: FalhostProcess.executable)
        #expect(run.output == expected.output)
        #expect(run.errors == expected.errors)
        #expect(run.status == expected.status)
    }

    static let options = [
        LuaInvocation("-v"),
        LuaInvocation("-v", "-e", "print(1)"),
        LuaInvocation("-e", "print(1)"),
        LuaInvocation("-eprint(1)", "-ea=3", "-e", "print(a)"),
        LuaInvocation("-e", "print(...)", "-e", "print(#arg, arg[0])"),
        LuaInvocation("-e", ""),
        LuaInvocation("-e"),
        LuaInvocation("-e", "-v"),
        LuaInvocation("-l"),
        LuaInvocation("-h"),
        LuaInvocation("--help"),
        LuaInvocation("---"),
        LuaInvocation("-Ex"),
        LuaInvocation("-vv"),
        LuaInvocation("-iv"),
        LuaInvocation("-e", "a b"),
        LuaInvocation("-e", "#!/bin/lua"),
        LuaInvocation("-l", "str=string", "-lm=math", "-e", "print(str.upper 'a', m.pi)"),
        LuaInvocation("-l", "mod", "-e", "print(mod.x)", files: ["mod.lua": "return { x = ... }"]),
        LuaInvocation("-l", "nowhere"),
        LuaInvocation("-l", "broken", files: ["broken.lua": "error 'at load'"]),
        LuaInvocation("-W", "-e", "warn('a', 'b')"),
        LuaInvocation("-e", "warn('quiet') warn('@on') warn('loud')"),
        LuaInvocation("-W", "-e", "setmetatable({}, { __gc = function() error('in gc') end })"),
    ]

    private static let showArguments = "print(...) for i = -5, 5 do print(i, arg[i]) end"

    static let scripts = [
        LuaInvocation("x.lua", files: ["x.lua": showArguments]),
        LuaInvocation("x.lua", "a", "", "-e", files: ["x.lua": showArguments]),
        LuaInvocation("-e", " ", "--", "x.lua", "a", files: ["x.lua": showArguments]),
        LuaInvocation("-", "a", "-v", input: showArguments),
        LuaInvocation(input: showArguments),
        LuaInvocation("--", "-", files: ["-": "print 'a file named -'"]),
        LuaInvocation("--", input: "print 'input'"),
        LuaInvocation("-e", "arg[1] = 100", "-", input: "print(...)"),
        LuaInvocation("-e", "arg = 1", "-", input: ""),
        LuaInvocation("-e", "arg = setmetatable({}, { __len = function() error 'len' end })", "-", input: ""),
        LuaInvocation("x.lua", files: ["x.lua": "#!/usr/bin/lua\nprint(debug.getinfo(1).currentline)"]),
        LuaInvocation("x.lua", files: ["x.lua": "# without an end"]),
        LuaInvocation("x.lua", files: ["x.lua": "\u{FEFF}print(1)"]),
        LuaInvocation("-", input: "#!lua\nerror 'here'"),
        LuaInvocation("nowhere.lua"),
        LuaInvocation("."),
        LuaInvocation(
            "-e", "io.open('b', 'wb'):write(string.dump(function(...) print('binary', ...) end)):close()", "b", "x"),
        LuaInvocation(
            "-e",
            "for n in pairs(_G) do io.write(#n > 0 and '' or 'x') end local t = {} for n in pairs(_G) do t[#t + 1]"
                + " = n end table.sort(t) print(table.concat(t, ' '))"),
        LuaInvocation("-e", "print(debug.gethook(), collectgarbage 'incremental', next(package.preload))"),
        LuaInvocation("-e", "print(coroutine.isyieldable(), select(2, coroutine.running()), pcall(coroutine.yield))"),
    ]

    static let errors = [
        LuaInvocation("x.lua", files: ["x.lua": "local function f() error('deep') end\nlocal t = { f = f }\nt.f()"]),
        LuaInvocation("-e", "error('no place', 0)"),
        LuaInvocation("-e", "error()"),
        LuaInvocation("-e", "error({})"),
        LuaInvocation("-e", "error(12)"),
        LuaInvocation("-e", "error(setmetatable({}, { __tostring = function() return 'own words' end }))"),
        LuaInvocation("-e", "error(setmetatable({}, { __tostring = function() return 1 end }))"),
        LuaInvocation("-e", "error(setmetatable({}, { __tostring = function() error 'twice' end }))"),
        LuaInvocation("-e", "coroutine.wrap(function() error 'inside' end)()"),
        LuaInvocation("-e", "print(xpcall(error, debug.traceback, 'x'))"),
        LuaInvocation(
            "-e", "local x <close> = setmetatable({}, { __close = function(_, e) print('closed', e) end }) error 'e'"),
        LuaInvocation("-e", "error 'first'", "-e", "print 'never'"),
        LuaInvocation("x.lua", files: ["x.lua": "x = = 1"]),
        LuaInvocation("-e", "print = nil undefined()"),
        LuaInvocation("-e", "setmetatable(_G, { __index = function(_, n) error('no ' .. n, 2) end }) print(x)"),
    ]

    static let environments = [
        LuaInvocation("x.lua", "3", environment: ["LUA_INIT": "X = tonumber(arg[1])"], files: ["x.lua": "print(X)"]),
        LuaInvocation("-e", "print(X)", environment: ["LUA_INIT": "X = 1", "LUA_INIT_5_4": "X = 2"]),
        LuaInvocation("-e", "print(X)", environment: ["LUA_INIT": "@i.lua"], files: ["i.lua": "X = 'from a file'"]),
        LuaInvocation("-e", "print(X)", environment: ["LUA_INIT": "@nowhere.lua"]),
        LuaInvocation("-e", "print(1)", environment: ["LUA_INIT": "error 'msg'"]),
        LuaInvocation("-e", "print(1)", environment: ["LUA_INIT": ""]),
        LuaInvocation(
            "-E", "-e", "print(package.path, package.cpath)", environment: ["LUA_INIT": "x", "LUA_PATH": "x"]),
        LuaInvocation("-e", "print(package.path)", environment: ["LUA_PATH": ";;?.x"]),
        LuaInvocation("-e", "print(package.path)", environment: ["LUA_PATH": "a", "LUA_PATH_5_4": "b;;"]),
        LuaInvocation("-e", "print(package.cpath)", environment: ["LUA_CPATH": "?.so;;"]),
    ]

    static let interactive = [
        LuaInvocation("-i", input: "a = 1\na\n= a + 1\nprint(a)\n"),
        LuaInvocation("-i", input: "for i = 1, 2 do\nprint(i)\nend"),
        LuaInvocation("-i", input: "error 'x'\nerror {}\nx x\n1, nil, 2\n"),
        LuaInvocation("-e", "_PROMPT, _PROMPT2 = 'one ', 'two '", "-i", input: "a = [[b\nc]]\na\n"),
        LuaInvocation(
            "-e", "local n = 0 _PROMPT = setmetatable({}, { __tostring = function() n = n + 1 return n .. ' ' end })",
            "-i", input: "--\n--\n"),
        LuaInvocation("-e", "print = nil", "-i", input: "10\n"),
        LuaInvocation("-e", "print = function() error 'no' end", "-i", input: "10\n20"),
        LuaInvocation("-i", "x.lua", input: "Y\n...\n", files: ["x.lua": "Y = 5"]),
        LuaInvocation("-i", "x.lua", input: "1\n", files: ["x.lua": "error 'no session after this'"]),
        LuaInvocation("-i", input: "os.exit(3)\nprint 'never'\n"),
        LuaInvocation("-i", input: "coroutine.yield()\ncoroutine.running() ~= nil\n"),
    ]

    static let ends =
        ["", "true", "false", "0", "3", "256 + 7", "nil", "1.0", "true, true", "5, true", "'x'", "{}"].map {
            LuaInvocation("-e", "io.write 'buffered' os.exit(\($0))")
        } + [
            LuaInvocation(
                "x.lua",
                files: [
                    "x.lua": """
                    local x <close> = setmetatable({}, { __close = function(_, e) print("outer", e) end })
                    local y <close> = setmetatable({}, { __close = function(_, e) print("inner", e) end })
                    kept = setmetatable({}, { __gc = function() print("collected") end })
                    pcall(os.exit, 4, true)
                    print "never"
                    """
                ]),
            LuaInvocation(
                "-e", "xpcall(error, function() os.exit(6, true) end)", "-e", "print 'never'"),
            LuaInvocation("-e", "setmetatable({}, { __gc = function() print 'last' os.exit(7, true) end })"),
            LuaInvocation("-e", "return 5"),
        ]

    static let libraries = [
        LuaInvocation("-e", "for line in io.lines() do print('[' .. line .. ']') end", input: "a\nb"),
        LuaInvocation("-e", "print(io.read('n', 'l', 'a'))", input: "12 rest\nall\nof it"),
        LuaInvocation("-e", "print(os.execute('exit 3'))"),
        LuaInvocation("-e", "print(io.popen('echo out'):read 'a')"),
        LuaInvocation("-e", "io.stdout:setvbuf 'full' io.write 'a' io.stderr:write 'b' os.exit(0)"),
        LuaInvocation("-e", "print(require 'json')", files: ["json.lua": "return 'the file of the folder'"]),
        LuaInvocation("-e", "print(pcall(require, 'a.b.c'))"),
        LuaInvocation("-e", "print(select('#', table.unpack({}, 1, 100)), ('x'):rep(3, ','), 7 // 2, 2^53)"),
    ]
}
