import EventLoop
import LuaRuntime
import Testing

@Suite("The sandbox", .timeLimit(.minutes(5)))
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
        "local x <close> = setmetatable({}, {__close = function() while true do end end})",
        "while true do local x <close> = setmetatable({}, {__close = function() pcall(error) end}) end",
        "local m = {} m.__close = function() while true do local x <close> = setmetatable({}, m) end end"
            + " local x <close> = setmetatable({}, m) while true do end",
        "local function handle() while true do end end"
            + " while true do xpcall(function() while true do end end, handle) end",
        "local function f() return xpcall(f, f) end while true do f() end",
        "return ('a'):rep(700):find('.-.-.-b')",
        "return ('a'):rep(700):match('.-.-.-b')",
        "return ('a'):rep(700):gsub('.-.-.-b', '')",
        "for _ in ('a'):rep(700):gmatch('.-.-.-b') do end",
        "while true do pcall(string.find, ('a'):rep(700), '.-.-.-b') end",
        "return ((' '):rep(100000) .. 'x'):gsub('%s+$', '')",
        "return ('('):rep(100000):gsub('%b()', '')",
        "return (('a'):rep(300000) .. 'b'):rep(5):find(('a'):rep(300000) .. 'c', 1, true)",
        "table.move({}, 1, 1 << 40, 2)",
        "table.insert(setmetatable({}, {__len = function() return 1 << 40 end}), 1, 1)",
        "table.remove(setmetatable({}, {__len = function() return 1 << 40 end}), 1)",
        "local m = {__len = function() return 1 << 40 end} m.__index = setmetatable({}, {__index = function() return '' end})"
            + " table.concat(setmetatable({}, m))",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t, function() return true end) end",
        "table.sort(setmetatable({}, {__len = function() return 1 << 30 end}), function() return true end)",
    ])
    func `stops at its deadline`(_ source: String) async throws {
        let error = try await failure(source, deadline: .milliseconds(50))
        #expect(error.kind == .deadline || source.hasPrefix("error("))
        #expect(error.message.contains("took longer than 50 ms") || source.hasPrefix("error("), "\(error.message)")
    }

    @Test(arguments: [
        ("return string.rep('', 1 << 40) == '' and string.rep('', 1 << 40, '') == ''", "true"),
        ("local t = {3, 1, 2} table.sort(t, function() return true end) return #t", "3"),
        ("return pcall(table.unpack, setmetatable({}, {__len = function() return 1 << 40 end}))", "false"),
        ("return pcall(table.unpack, {}, 1, 1 << 31)", "false"),
        ("return pcall(table.concat, setmetatable({}, {__len = function() return 1 << 40 end}))", "false"),
        ("return pcall(string.rep, 'x', -1)", "true"),
    ])
    func `ends by itself`(_ source: String, _ expected: String) async throws {
        #expect(try await call(source, deadline: .seconds(5)) == expected)
    }

    @Test(arguments: [
        "return ('a'):rep(700):find('.-.-.-b')",
        "return ('b'):rep(1 << 20):gsub('(a*)b', ('%1'):rep(1 << 24))",
        "return ('a'):rep(1 << 20):find('[' .. ('b'):rep(1 << 24) .. ']')",
        "return ('a'):rep(1 << 20):find('%f[' .. ('b'):rep(1 << 24) .. ']')",
    ])
    func `ends soon after its deadline`(_ source: String) async throws {
        let elapsed = try await withLua(.sandbox(memoryLimit: 256 << 20)) { lua in
            let start = ContinuousClock.now
            #expect(throws: LuaError.self) { try lua.call(source, deadline: .milliseconds(50)) }
            return ContinuousClock.now - start
        }
        #expect(elapsed < .seconds(5))
    }

    @Test func `refuses a binary chunk`() async throws {
        try await withLua(Self.profile) { lua in
            _ = #expect(throws: LuaError.self) { try lua.state.load([0x1B, 0x4C, 0x75, 0x61], name: "=x", mode: .any) }
        }
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
