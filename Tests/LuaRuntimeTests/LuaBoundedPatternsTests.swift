import EventLoop
import LuaRuntime
import Testing

/// The sandbox has its own find, match, gmatch and gsub: they must not differ from Lua's but in minding the deadline.
@Suite("The sandbox's patterns", .timeLimit(.minutes(5)))
struct LuaBoundedPatternsTests {
    /// Makes patterns and subjects from a seed: what each function gives for them, a line each.
    private static let corpus = #"""
        local seed = SEED
        local function random(n)
          seed = (seed * 1103515245 + 12345) % 2147483648
          return (seed >> 8) % n + 1
        end
        local function pick(list) return list[random(#list)] end
        local atoms = { "a", "b", ".", "%a", "%d", "%s", "%S", "%w", "%W", "%p", "%u", "%l", "%x", "%c", "%g", "%z",
          "[ab]", "[^a]", "[%d_]", "[a-c]", "[]]", "[^]]", "[a-]", "[-a]", "[%a-z]", "[^%s]", "%.", "%%", " ", "1",
          "\0", "\xff", "ф", "%b()", "%bab", "%f[%w]", "%f[%s]", "%f[%z]", "%1", "%2", "(a)", "(.)", "()", "(a*)",
          "(%w+)", "((a)b)", "(a(b))", "$", "^", "-", "]" }
        local odd = { "%", "[", "[a", "[%", "[^", "[a-", "(", ")", "%b", "%bx", "%f", "%fa", "%9", "%0", "(()", "[]" }
        local suffixes = { "", "", "", "*", "+", "-", "?" }
        local function pattern()
          local parts = { random(8) == 1 and "^" or "" }
          for _ = 1, random(5) do
            local atom = random(12) == 1 and pick(odd) or pick(atoms)
            parts[#parts + 1] = atom .. pick(suffixes)
          end
          if random(8) == 1 then parts[#parts + 1] = "$" end
          return table.concat(parts)
        end
        local letters = { "a", "b", "ab", "a", " ", "1", "(", ")", "x", "_", "\0", "\xff", "ф", "A", ".", "%", "\n" }
        local function subject()
          local parts = {}
          for _ = 1, random(12) - 1 do parts[#parts + 1] = pick(letters) end
          return table.concat(parts)
        end
        local function show(...)
          local parts = {}
          for i = 1, select("#", ...) do parts[i] = ("%s:%s"):format(type((select(i, ...))), tostring((select(i, ...)))) end
          return table.concat(parts, " ")
        end
        local replacements = { "<%0>", "%1", "%2-%1", "", "%%", "x%", "%a", "%9", 7, { a = "A", ab = true, b = false, [1] = 2 },
          function(a, b) return b or a end, function() end, function() return {} end, function(a) return a, 1 end }
        local lines = {}
        for _ = 1, COUNT do
          local s, p = subject(), pattern()
          local init = random(3) == 1 and random(20) - 10 or nil
          local plain = random(9) == 1
          local r, n = pick(replacements), random(4) == 1 and random(5) - 2 or nil
          local found = {}
          local ok, e = pcall(function()
            local count = 0
            for x, y in s:gmatch(p, init) do
              count = count + 1
              found[count] = show(x, y)
              if count > 30 then break end
            end
          end)
          lines[#lines + 1] = ("%q %q %s"):format(s, p, tostring(init)) .. "\n  find " .. show(pcall(s.find, s, p, init, plain))
            .. "\n  match " .. show(pcall(s.match, s, p, init))
            .. "\n  gmatch " .. show(ok, e) .. " " .. table.concat(found, "; ")
            .. "\n  gsub " .. show(pcall(s.gsub, s, p, r, n))
        end
        return table.concat(lines, "\n")
        """#

    private static func results(_ profile: LuaState.Profile, seed: Int) async throws -> [Substring] {
        let source = corpus.replacing("SEED", with: "\(seed)").replacing("COUNT", with: "1500")
        return try await withLua(profile) { try $0.call(source) }.split(separator: "\n")
    }

    @Test(arguments: 1...20)
    func `give what Lua's own give, errors too`(_ seed: Int) async throws {
        let ours = try await Self.results(.sandbox(memoryLimit: 64 << 20), seed: seed)
        let stock = try await Self.results(.trusted, seed: seed)
        #expect(ours.count == stock.count && ours.count > 1500 * 5)
        let different = zip(ours, stock).enumerated().first { $0.element.0 != $0.element.1 }
        guard let different else { return }
        let start = max(0, different.offset - 5)
        Issue.record("\(stock[start...different.offset].joined(separator: "\n"))\nours: \(different.element.0)")
    }

    @Test(arguments: [
        #"return pcall(function() return string.find(("a"):rep(250), ("a?"):rep(250) .. "b") end)"#,
        #"return pcall(function() return string.match("x", ("(x)"):rep(33)) end)"#,
        #"return pcall(function() return string.gsub("x", "x") end)"#,
        #"return pcall(function() return string.gsub("x", "x", true) end)"#,
        #"return pcall(function() return string.find("x") end)"#,
        #"return pcall(function() return string.find({}, "x") end)"#,
        #"return pcall(function() return string.gmatch("x", nil) end)"#,
        #"return pcall(function() return string.find("x", "x", "y") end)"#,
        #"return string.rep(12345, 2), string.find(12321, 2), string.gsub(12321, 2, 5)"#,
        #"return pcall(function() return string.rep() end)"#,
        #"return pcall(function() return string.rep("x", {}) end)"#, #"return ("x"):rep(3, ","), (""):rep(5)"#,
        #"return ("hello world"):find("o w", 1, true), ("hello"):find("", 10), ("hello"):find("", 6)"#,
        #"return pcall(function() return table.insert({}, 5, 1) end)"#,
        #"return pcall(function() return table.insert({}, 1, 2, 3) end)"#,
        #"return pcall(function() return table.insert({1, 2}, 1) end)"#,
        #"return pcall(function() return table.insert(5, 1) end)"#,
        #"return (pcall(table.remove, {1}, 5))"#,
        #"return table.remove({1, 2, 3}, 1), table.remove({}), table.remove({}, 0)"#,
        #"return pcall(function() return table.move({1}, 1, math.maxinteger, 2) end)"#,
        #"return pcall(function() return table.move({1}, 0, math.maxinteger, 2) end)"#,
        #"return table.concat(table.move({1, 2, 3}, 1, 3, 2), ","), table.concat(table.move({1, 2, 3}, 2, 3, 1), ",")"#,
        #"return pcall(function() return table.concat({1, {}, 3}) end)"#,
        #"return table.concat({1, 2, 3}, ", ", 2, 3), table.concat({}, "x")"#,
        #"return pcall(function() return table.sort({1, 2}, 5) end)"#,
        #"local t = {5, 2, 8, 1, 9, 3} table.sort(t) return table.concat(t, " ")"#,
        #"local t = {5, 2, 8, 1, 9, 3} table.sort(t, function(a, b) return a > b end) return table.concat(t, " ")"#,
        #"local t = {} for i = 1, 1000 do t[i] = i * 7919 % 1009 end table.sort(t) return table.concat(t, " ")"#,
        #"local t = setmetatable({}, {__len = function() return 3 end, __index = function(_, i) return i end})"#
            + #" return table.concat(t, "-"), table.remove(t)"#,
    ])
    func `and their neighbours agree on`(_ source: String) async throws {
        let body =
            "local r = table.pack((function() \(source) end)()) for i = 1, r.n do r[i] = tostring(r[i]) end"
            + " return table.concat(r, ' | ')"
        let ours = try await withLua(.sandbox(memoryLimit: 4 << 20)) { try $0.call(body) }
        let stock = try await withLua(.trusted) { try $0.call(body) }
        #expect(ours == stock)
    }
}
