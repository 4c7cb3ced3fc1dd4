import Foundation
import Testing

/// `require "json"` as a script sees it.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct JSONScriptTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let expression: String
        let result: String
        var testDescription: String { expression }

        init(_ expression: String, _ result: String) {
            self.expression = expression
            self.result = result
        }
    }

    private static let preamble = "local json = require 'json'\n"

    static let values: [Case] = [
        // Integers and floats stay what they are.
        Case("math.type(json.decode '1')", "integer"),
        Case("math.type(json.decode '1.0')", "float"),
        Case("math.type(json.decode '1e2')", "float"),
        Case("json.encode { 1, 1.0, 2^53, 0.1, -0.0 }", "[1,1.0,9007199254740992.0,0.1,-0.0]"),
        Case("json.decode('{\"seed\":2718281828459045}').seed", "2718281828459045"),
        Case("json.encode(json.decode '{\"seed\":2718281828459045}')", #"{"seed":2718281828459045}"#),
        Case(
            "json.encode(json.decode '[9223372036854775807,-9223372036854775808]')",
            "[9223372036854775807,-9223372036854775808]"),
        Case("math.type(json.decode '9223372036854775808')", "float"),
        // Empty lists and empty objects stay what they are.
        Case("json.encode(json.decode '{\"a\":[],\"b\":{}}')", #"{"a":[],"b":{}}"#),
        Case("json.encode {}", "{}"),
        Case("json.encode(json.array {})", "[]"),
        Case("json.encode(json.array())", "[]"),
        Case("(function() local a = json.decode '[]' a[1] = 5 return json.encode(a) end)()", "[5]"),
        // null is a value, which a missing member is not.
        Case("json.decode 'null' == json.null", "true"),
        Case("json.decode('{\"a\":null}').a == json.null", "true"),
        Case("json.decode('{}').a == nil", "true"),
        Case("json.encode { a = json.null, b = { 1, json.null, 3 } }", #"{"a":null,"b":[1,null,3]}"#),
        Case("#json.decode '[null,null]'", "2"),
        Case("json.encode(nil)", "null"),
        // Strings.
        Case(#"json.decode '"\\u0041\\ud83d\\ude00"'"#, "A😀"),
        Case(#"json.encode "\0\n\t\"\\/\u{1F600}ток""#, #""\u0000\n\t\"\\/😀ток""#),
        Case(#"#json.decode '"a\\u0000b"'"#, "3"),
        Case("json.encode { b = 1, a = 2, c = 3 }", #"{"a":2,"b":1,"c":3}"#),
        Case("json.encode({ a = { 1 } }, { pretty = true })", "{\n  \"a\": [\n    1\n  ]\n}"),
        // Depth.
        Case("type(json.decode(('['):rep(512) .. (']'):rep(512)))", "table"),
        Case("#json.encode(json.decode(('['):rep(128) .. (']'):rep(128)))", "256"),
        // A host function inside a coroutine of the script.
        Case("coroutine.wrap(function() return json.decode('[7]')[1] end)()", "7"),
    ]

    @Test(arguments: values)
    func givesTheValue(of test: Case) async throws {
        #expect(try await LuaChunk.output("\(Self.preamble)io.write(tostring(\(test.expression)))") == test.result)
    }

    static let refusals: [Case] = [
        // Documents: the byte offset counts from 0.
        Case(#"json.decode '["ab\xff"]'"#, "not JSON: bad UTF-8 at byte 4"),
        Case(#"json.decode '{"\xc3":1}'"#, "not JSON: bad UTF-8 at byte 2"),
        Case(#"json.decode '["\xc0\xaf"]'"#, "bad UTF-8 at byte 2"),
        Case(#"json.decode '["\xed\xa0\x80"]'"#, "bad UTF-8 at byte 2"),
        Case(#"json.decode '"\\ud800"'"#, "half of a surrogate pair at byte 1"),
        Case("json.decode ''", "ends too early at byte 0"),
        Case("json.decode '[1,'", "ends too early at byte 3"),
        Case("json.decode '[1,]'", "at byte 3"),
        Case("json.decode '1 2'", "something after the value at byte 2"),
        Case("json.decode '[01]'", "leading zero at byte 1"),
        Case("json.decode '{\"a\" 1}'", "at byte 5"),
        Case("json.decode '[NaN]'", "at byte 1"),
        Case("json.decode '[1e400]'", "beyond the range of a double at byte 1"),
        Case("json.decode '[\"a\\nb\"]'", "control character in a string at byte 3"),
        Case("json.decode(('['):rep(513) .. (']'):rep(513))", "deeper than 512 levels at byte 512"),
        Case("json.decode(('['):rep(1e6))", "deeper than 512 levels at byte 512"),
        Case("json.decode {}", "json.decode: argument 1 (text): string expected, got table"),
        Case("json.decode()", "json.decode: argument 1 (text): string expected, got no value"),
        // Values: the path leads to the one at fault.
        Case("json.encode { a = { b = { 1, 2, print } } }", "a.b[3]: a function has no JSON form"),
        Case("json.encode { a = { io.stdout } }", "a[1]: a userdata has no JSON form"),
        Case("json.encode { a = 0/0 }", "a: JSON has no"),
        Case("json.encode { 1, math.huge }", "[2]: JSON has no inf"),
        Case(#"json.encode { a = { "x", "\xff" } }"#, "a[2]: the string is not valid UTF-8"),
        Case(#"json.encode { a = { ["\xff"] = 1 } }"#, "a: a key is not valid UTF-8"),
        Case("json.encode { a = { 1, 2, x = 3 } }", "a: the table mixes a list with other keys"),
        Case("json.encode { a = { 1, nil, 3 } }", "a: the table mixes a list with other keys, or the list has holes"),
        Case("json.encode { a = { [5] = 1 } }", "a: key 5 is no string"),
        Case("json.encode { [true] = 1 }", "key true is no string"),
        Case("(function() local t = {} t.t = { t } json.encode(t) end)()", "one contains itself"),
        Case("json.encode()", "json.encode: argument 1 (value): value expected, got no value"),
    ]

    @Test(arguments: refusals)
    func refuses(_ test: Case) async throws {
        let error = try await LuaChunk.error("\(Self.preamble)local value = \(test.expression)")
        #expect(error.contains(test.result), "\(error)")
        #expect(error.hasPrefix("(command line):2: ") || error.hasPrefix("(command line):"), "\(error)")
    }

    /// The seed goes to fal and comes back through every layer.
    @Test func aLargeSeedSurvivesTheWholeRoad() async throws {
        let chunk = """
            local fal, json = require "fal", require "json"
            local out = fal.subscribe("fal-ai/flux-lora", json.decode '{"prompt":"x","seed":2718281828459045}')
            io.write(math.type(out.seed), " ", json.encode { seed = out.seed })
            """
        let run = try await FalhostProcess.run("--simulate", "-e", chunk)
        #expect(run.output == #"integer {"seed":2718281828459045}"#, "\(run.errors)")
    }
}
