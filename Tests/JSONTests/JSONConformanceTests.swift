import JSON
import Testing

/// The verdicts of RFC 8259, in the categories of JSONTestSuite: accepted, refused, and left to the implementation.
@Suite(.timeLimit(.minutes(5)))
struct JSONConformanceTests {
    @Test(arguments: accepted) func `a good document is accepted`(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
    }

    static let accepted: [(String, JSONValue)] = [
        ("[]", []), ("{}", [:]), ("[[]   ]", [[]]), ("[\"\"]", [""]), (" [1] ", [1]), ("\t\n\r [1]\r\n\t", [1]),
        ("[1\n]", [1]), ("true", true), ("false", false), ("null", .null), ("\"\"", ""), ("42", 42), ("-0.1", -0.1),
        ("[0]", [0]), ("[-1]", [-1]), ("[-0]", [.number(-0.0)]), ("[0e1]", [0.0]), ("[0e+1]", [0.0]),
        ("[1E22]", [1e22]), ("[1e-2]", [0.01]), ("[1E+2]", [100.0]), ("[123e65]", [123e65]), ("[20e1]", [200.0]),
        ("[1.0]", [1.0]), ("[123.456e78]", [123.456e78]), ("[-1.5E-3]", [-0.0015]),
        ("[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]", [-1e-78]),
        (#"{"a":1,"b":[2,{"c":null}]}"#, ["a": 1, "b": [2, ["c": .null]]]), (#"{"":0}"#, ["": 0]),
        (#"{"a\u0000b":1}"#, ["a\u{0}b": 1]),
        (#"["\"\\\/\b\f\n\r\t"]"#, ["\"\\/\u{8}\u{C}\n\r\t"]), (#"["\u0060\u012a\u12AB"]"#, ["\u{60}\u{12A}\u{12AB}"]),
        (#"["\ud801\udc37"]"#, ["\u{10437}"]), (#"["\uDBFF\uDFFF"]"#, ["\u{10FFFF}"]),
        (#"["\uFDD0"]"#, [.string(String(decoding: [0xEF, 0xB7, 0x90], as: UTF8.self))]),
        (#"["\u0000"]"#, ["\u{0}"]), (#"["\\u0000"]"#, ["\\u0000"]), (#"["\u0022\u005C"]"#, ["\"\\"]),
        (#"["a/*b*/c/*d//e"]"#, ["a/*b*/c/*d//e"]), ("[\"\u{7F}\"]", ["\u{7F}"]),
        ("[\"\u{2028}\u{2029}\"]", ["\u{2028}\u{2029}"]),
        ("[\"аватар, 画像, 😀\"]", ["аватар, 画像, 😀"]), (#"["\u0430ватар"]"#, ["аватар"]), ("[\"\u{FEFF}\"]", ["\u{FEFF}"]),
    ]

    @Test(arguments: refused) func `a bad document is refused where it goes wrong`(text: String, offset: Int) {
        #expect { try JSONValue(parsing: text) } throws: { ($0 as? JSONError)?.offset == offset }
    }

    static let refused: [(String, Int)] = [
        ("", 0), (" ", 1), ("[", 1), ("]", 0), ("{", 1), ("}", 0), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1),
        ("[1,,2]", 3), ("[1 2]", 3), ("[\"a\" 1]", 5), ("[1}", 2), ("{\"a\":1]", 6), ("[]]", 2), ("[1]x", 3),
        ("1 1", 2),
        ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7), ("{\"a\":1,}", 7), ("{\"a\",1}", 4),
        ("{\"a\" 1}", 5), ("{:1}", 1), ("{1:1}", 1), ("{a:1}", 1), ("{'a':1}", 1), ("{\"a\":1,,\"b\":2}", 7),
        ("{,}", 1),
        ("{\"a\":1 \"b\":2}", 7), ("{\"a\"::1}", 5), ("{null:null}", 1), ("{[]:1}", 1),
        ("nul", 3), ("nulL", 3), ("tru", 3), ("[True]", 1), ("[nan]", 2), ("NaN", 0), ("[Infinity]", 1),
        ("[-Infinity]", 2),
        ("[+1]", 1), ("[01]", 1), ("[-01]", 2), ("[00]", 1), ("[1.]", 3), ("[.5]", 1), ("[-.5]", 2), ("[-]", 2),
        ("-", 1),
        ("[1.e1]", 3), ("[1e]", 3), ("[1e+]", 4), ("[1e1.5]", 4), ("[1e1e1]", 4), ("[0x1]", 2), ("[1.2.3]", 4),
        ("[--1]", 2), ("[1eE2]", 3), ("[0.e1]", 3), ("[1_000]", 2), ("[１]", 1), ("[- 1]", 2), ("[1+2]", 2),
        ("[2.e+3]", 3),
        ("\"", 1), ("\"a", 2), ("[\"a]", 4), ("'a'", 0), ("[\"a\nb\"]", 3), ("[\"\t\"]", 2), ("[\"\u{0}\"]", 2),
        ("[\"\u{1F}\"]", 2),
        (#"["\"#, 3), (#"["\"]"#, 5), (#"["\x41"]"#, 2), (#"["\'"]"#, 2), (#"["\U0041"]"#, 2), (#"["\u"]"#, 2),
        (#"["\u004"]"#, 2),
        (#"["\u00G0"]"#, 2), ("[\"\\\u{1F}\"]", 2), ("[\"\\😀\"]", 2), (#"["\ud800"]"#, 2), (#"["\uDC00"]"#, 2),
        (#"["\ud800\u0041"]"#, 2),
        (#"["\ud800\n"]"#, 2), (#"["\ud800\ud800"]"#, 2), (#"["\ud800\"]"#, 2), (#"["\ud83d\u"]"#, 8),
        (#"["a\ud800x"]"#, 3),
        ("\u{FEFF}[]", 0), ("[1]//", 3), ("/**/[1]", 0), ("[1,#\n2]", 3), ("\u{A0}1", 0), ("\u{C}1", 0), ("\u{B}[]", 0),
        ("[\u{2060}]", 1), ("abc", 0), ("<html>", 0), ("*", 0), ("[a", 1), ("{\"a\":b}", 5), ("[1]\u{0}", 3), ("@", 0),
    ]

    @Test(arguments: badUTF8) func `bad UTF-8 is refused at its first byte`(text: [UInt8], offset: Int) {
        let document = [0x5B, 0x22] + text + [0x22, 0x5D]
        #expect(throws: JSONError("bad UTF-8", offset: offset + 2)) { try JSONValue(parsing: document) }
    }

    static let badUTF8: [([UInt8], Int)] = [
        ([0x80], 0), ([0xBF], 0), ([0x61, 0xFF], 1), ([0xFE], 0), ([0xC0, 0xAF], 0), ([0xC1, 0xBF], 0),
        ([0xE0, 0x80, 0xAF], 0),
        ([0xE0, 0x9F, 0xBF], 0), ([0xF0, 0x80, 0x80, 0xAF], 0), ([0xF0, 0x8F, 0xBF, 0xBF], 0),
        ([0xFC, 0x83, 0xBF, 0xBF, 0xBF, 0xBF], 0),
        ([0xED, 0xA0, 0x80], 0), ([0xED, 0xBF, 0xBF], 0), ([0xF4, 0x90, 0x80, 0x80], 0), ([0xF5, 0x80, 0x80, 0x80], 0),
        ([0xC3], 0), ([0xE2, 0x82], 0), ([0xF0, 0x9F, 0x98], 0), ([0xC3, 0x28], 0), ([0xE2, 0x28, 0xA1], 0),
        ([0xE2, 0x82, 0x28], 0),
        ([0xF0, 0x28, 0x8C, 0xBC], 0), ([0xF0, 0x9F, 0x98, 0x28], 0), (Array("12345678901".utf8) + [0xE9], 11),
        (Array("аб".utf8) + [0xD0], 4),
    ]

    @Test func `bad bytes outside strings and cut documents are refused`() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0xFF]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x5B, 0xE9, 0x5D]) }
        #expect(throws: JSONError("a byte order mark", offset: 0)) { try JSONValue(parsing: [0xEF, 0xBB, 0xBF, 0x31]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0xFF, 0xFE, 0x31, 0]) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xF0]) }
    }

    @Test func `every cut of a document is refused`() throws {
        let document = Array(
            #"{"images":[{"url":"https://a/б😀\ud83d\ude00.png","n":-1.5e+3}],"ok":true,"x":null}"#.utf8)
        _ = try JSONValue(parsing: document)
        for length in 0..<document.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(document[..<length])) }
        }
    }

    @Test func `our own choices where the RFC leaves them`() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#)["a"] == 2)
        #expect(try JSONValue(parsing: "123456789012345678901234567890") == .number(1.2345678901234568e29))
        #expect(
            try JSONValue(parsing: "-237462374673276894279832749832423479823246327846")
                == .number(-2.374623746732769e47))
        #expect(try JSONValue(parsing: "1e-99999") == .number(0))
        #expect(try JSONValue(parsing: "-1e-400") == .number(-0.0))
        for text in ["1e999", "-1e999", "1.5e+9999", "[0.4e0066999999999999999999999999999999999999999999996]"] {
            #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        }
        #expect(throws: JSONError("a number beyond the range of a double", offset: 1)) {
            try JSONValue(parsing: "[1e309]")
        }
    }
}
