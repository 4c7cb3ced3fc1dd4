import EventLoop
import LuaRuntime
import Testing

@testable import Scripting

@Suite(.timeLimit(.minutes(5)))
struct ValueLayoutTests {
    /// The value of a Lua expression as the prompt shows it.
    private func shown(_ expression: String, columns: Int = 60, isColoured: Bool = false) async throws -> String {
        try await withState { state in
            let chunk = try state.load([UInt8]("return \(expression)".utf8), name: "=t")
            return try state.call(chunk) { stack, first, _ in
                var reader = ValueReader(stack)
                return ValueLayout(columns: columns, isColoured: isColoured).text(reader.read(at: first))
            }
        }
    }

    @Test(arguments: [
        ("nil", "nil"), ("true", "true"), ("1", "1"), ("1.0", "1.0"), ("-0.0", "-0.0"), ("2^63", "9.2233720368548e+18"),
        ("math.mininteger", "-9223372036854775808"), ("0/0 ~= 0/0", "true"),
    ])
    func simpleValuesAreAsLuaWritesThem(expression: String, text: String) async throws {
        #expect(try await shown(expression) == text)
    }

    @Test(arguments: [
        ("'привет'", "\"привет\""), ("'a\"b\\\\'", "\"a\\\"b\\\\\""), ("'\\n\\t\\0001'", "\"\\n\\t\\0001\""),
        ("'\\xff\\xd0'", "\"\\255\\208\""), ("'\\27[31m'", "\"\\27[31m\""), ("'👩‍🎨'", "\"👩‍🎨\""),
        // A line separator and a C1 control character would move the cursor.
        ("'\\u{2028}\\u{9b}'", "\"\\226\\128\\168\\194\\155\""),
    ])
    func stringsCanBeReadBack(expression: String, text: String) async throws {
        #expect(try await shown(expression) == text)
        #expect(try await shown("load('return ' .. \(Self.longString(text)))() == \(expression)") == "true")
    }

    private static func longString(_ text: String) -> String { "[==[\(text)]==]" }

    @Test func tablesHaveTheirListFirstAndTheirKeysInOrder() async throws {
        #expect(try await shown("{}") == "{}")
        #expect(try await shown("{ b = 1, a = { 2, 'x' }, 10, 20 }") == "{ 10, 20, a = { 2, \"x\" }, b = 1 }")
        #expect(
            try await shown("{ [2.5] = 1, [-1] = 2, ['two words'] = 3, ['end'] = 4, [true] = 5 }", columns: 100)
                == "{ [-1] = 2, [2.5] = 1, [\"end\"] = 4, [\"two words\"] = 3, [true] = 5 }")
    }

    @Test func whatDoesNotFitHasALineForEachEntry() async throws {
        #expect(
            try await shown("{ name = 'a rather long name', list = { 1, 2 } }", columns: 30)
                == "{\n  list = { 1, 2 },\n  name = \"a rather long name\",\n}")
    }

    @Test func cyclesAndDepthAreBounded() async throws {
        #expect(try await shown("(function() local t = {} t.t = t return t end)()") == "{ t = (cycle) }")
        let deep = try await shown("(function() local t = {} for _ = 1, 100 do t = { t } end return t end)()")
        #expect(deep == "{ { { { { {…} } } } } }")
        let wide = try await shown("(function() local t = {} for i = 1, 1e6 do t[i] = i end return t end)()")
        #expect(wide.hasSuffix("  … 999800 more\n}"))
        let twice = try await shown("(function() local s = { 1 } return { s, s } end)()")
        #expect(twice == "{ { 1 }, { 1 } }")
    }

    @Test func noMetamethodRunsButToString() async throws {
        let text = try await shown(
            "setmetatable({ 1 }, { __index = error, __len = error, __pairs = error, __name = 'x' })")
        #expect(text == "{ 1 }")
        #expect(try await shown("setmetatable({}, { __tostring = function() return 'мой' end })") == "мой")
        #expect(
            try await shown("setmetatable({}, { __tostring = error })") == "(a table value whose __tostring fails)")
    }

    @Test func errorValuesShowTheirTextAndTheirFields() async throws {
        let text = try await shown(
            "setmetatable({ code = 'c', message = 'm', field = 'f' }, { __tostring = function() return 'said' end })")
        #expect(text == "said { code = \"c\", field = \"f\" }")
    }

    @Test func functionsHaveTheirNames() async throws {
        #expect(try await shown("print") == "function print")
        #expect(try await shown("string.format") == "function string.format")
        #expect(try await shown("function() end") == "function at t:1")
    }

    @Test func coloursAreOnlyWhereTheyAreAskedFor() async throws {
        #expect(try await shown("{ 1 }", isColoured: true) == "{ \u{1B}[36m1\u{1B}[0m }")
        // They take no room.
        #expect(try await shown("{ 1, 2, 3 }", columns: 13, isColoured: true).contains("\n") == false)
    }
}
