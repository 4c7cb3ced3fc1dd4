import EventLoop
import LuaRuntime
import Testing

@Suite("The sandbox", .timeLimit(.minutes(1)))
struct LuaSandboxTests {
    private static let profile = LuaState.Profile.sandbox(memoryLimit: 4 << 20)

    private func call(_ source: String, deadline: Duration? = nil) async throws -> String {
        try await withLua(Self.profile) { try $0.call(source, deadline: deadline) }
    }

    private func failure(_ source: String, deadline: Duration? = nil) async throws -> LuaError {
        try await withLua(Self.profile) { lua in
            do {
                _ = try lua.call(source, deadline: deadline)
            } catch let error as LuaError {
                #expect(try lua.call("return 1 + 1") == "2", "the state works on")
                return error
            }
            throw Failure(text: "no error from \(source)")
        }
    }

    @Test(arguments: [
        "load", "loadstring", "dofile", "loadfile", "collectgarbage", "require", "print", "warn", "io", "os", "debug",
        "package", "coroutine",
    ])
    func `has no global`(_ name: String) async throws {
        let error = try await failure("return \(name)")
        #expect(error.message.contains("unknown global '\(name)'"))
        #expect(try await call("return rawget(_G, '\(name)') == nil") == "true")
    }

    @Test func `names the nearest global`() async throws {
        let error = try await failure("return stirng.upper('x')")
        #expect(error.message == "t.lua:1: unknown global 'stirng' (did you mean 'string'?)")
    }

    @Test(arguments: [
        ("return string.dump == nil", "true"),
        ("return getmetatable('')", "false"),
        ("return pcall(setmetatable, '', {})", "false"),
        ("return pcall(function() string.upper = 1 end)", "false"),
        ("return pcall(rawset, string, 'upper', 1)", "false"),
        ("return pcall(table.insert, string, 1)", "false"),
        ("return pcall(setmetatable, string, nil)", "false"),
        ("return pcall(setmetatable, _G, nil)", "false"),
        ("return getmetatable(_G)", "false"),
        ("return next(string) == nil", "true"),
        ("for k, v in pairs(math) do if k == 'pi' then return v > 3 end end", "true"),
        ("string = {upper = function() return 'evil' end} return ('x'):upper()", "X"),
        ("return pcall(setmetatable, {}, {__gc = function() end})", "false"),
        ("return ('%d'):format(3) .. table.concat({1, 2}) .. utf8.char(1092)", "312ф"),
        ("local t = {} setmetatable(t, {__index = {a = 1}}) rawset(t, 'b', 2) return t.a + t.b", "3"),
    ])
    func `holds`(_ source: String, _ expected: String) async throws {
        #expect(try await call(source) == expected)
    }

    @Test(arguments: [
        "local t = {} for i = 1, 1e9 do t[i] = 'x' .. i end",
        "return ('x'):rep(1 << 30)",
        "local s = 'x' while true do s = s .. s end",
    ])
    func `stops at its memory limit`(_ source: String) async throws {
        let error = try await failure(source)
        #expect(error.kind == .memory)
        #expect(error.message.contains("not enough memory"))
    }

    @Test(arguments: [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "while true do pcall(error) end",
        "local function f() pcall(f) end while true do f() end",
        "xpcall(function() while true do end end, function() while true do end end)",
        "local t = setmetatable({}, {__index = function(t, k) while true do end end}) return t.x",
        "pcall(function() while true do end end) return 'swallowed'",
        "error(setmetatable({}, {__tostring = function() while true do end end}))",
    ])
    func `stops at its deadline`(_ source: String) async throws {
        let error = try await failure(source, deadline: .milliseconds(50))
        #expect(error.kind == .deadline || source.hasPrefix("error("))
        #expect(error.message.contains("took longer than 50 ms") || source.hasPrefix("error("), "\(error.message)")
    }

    @Test func `lets host values exceed the limit, and stops at the next allocation`() async throws {
        try await withLua(Self.profile) { lua in
            lua.state.setGlobal("big") { stack in
                stack.push(
                    LuaFunction("big") { call in
                        call.stack.push([UInt8](repeating: 120, count: 8 << 20))
                        return 1
                    })
            }
            let grown = try lua.call("return pcall(function() local s = big() return s .. 'y' end)")
            #expect(grown == "false")
            let works = try lua.call("return #'still here'")
            #expect(works == "10")
        }
    }
}
