import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct JSONWriterTests {
    @Test func `compact layout has no whitespace`() throws {
        let value: JSONValue = ["a": [1, 2.5, "x", true, .null], "b": [:], "c": [], "d": 1.0, "e": -3]
        #expect(try text(value) == #"{"a":[1,2.5,"x",true,null],"b":{},"c":[],"d":1.0,"e":-3}"#)
    }

    @Test func `pretty layout has two spaces a level`() throws {
        let value: JSONValue = ["a": [1, ["b": .null]], "c": [], "d": [:]]
        #expect(
            try text(value, .pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "c": [],
                  "d": {}
                }
                """)
    }

    @Test func `only what must be escaped is escaped`() throws {
        #expect(
            try text("\"\\/\u{8}\u{9}\u{A}\u{C}\u{D}\u{0}\u{1F}\u{7F}") == #""\"\\/\b\t\n\f\r\u0000\u001f"# + "\u{7F}\""
        )
        #expect(try text("Портрет 画 😀\u{2028}") == "\"Портрет 画 😀\u{2028}\"")
        #expect(try text(["a\"b": 1]) == #"{"a\"b":1}"#)
    }

    @Test func `numbers are the shortest that read back the same`() throws {
        let cases: [(Double, String)] = [
            (1, "1.0"), (0.1, "0.1"), (-0.0, "-0.0"), (1e22, "1e+22"), (.leastNonzeroMagnitude, "5e-324"), (3.5, "3.5"),
            (1e15, "1000000000000000.0"),
        ]
        for (value, expected) in cases { #expect(try text(.number(value)) == expected) }
        #expect(try text(.integer(.min)) == "-9223372036854775808")
    }

    @Test func `NaN and the infinities are refused`() {
        #expect(throws: JSONWritingError.notFinite(.infinity)) {
            try JSONValue.array([.number(.infinity)]).serialized()
        }
        #expect(throws: JSONWritingError.self) { try JSONObject([("a", .number(.nan))]).serialized() }
        #expect(throws: JSONWritingError.notFinite(-.infinity)) { try JSONValue.number(-.infinity).serialized() }
    }

    @Test func `raw text that is not UTF-8 is refused with its offset`() throws {
        var writer = JSONWriter()
        writer.beginObject()
        try Array("имя".utf8).withUnsafeBytes { try writer.name(utf8: $0) }
        try Array("a\nя".utf8).withUnsafeBytes { try writer.string(utf8: $0) }
        writer.endObject()
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"имя":"a\nя"}"#)
        #expect(throws: JSONWritingError.badUTF8(offset: 3)) {
            try [0x61, 0xD0, 0xBF, 0xED, 0xA0, 0x80].withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) in
                try writer.string(utf8: UnsafeRawBufferPointer(bytes))
            }
        }
    }

    @Test(arguments: JSONConformanceTests.accepted) func `what was read is written and read the same`(
        source: String, value: JSONValue
    ) throws {
        #expect(try JSONValue(parsing: value.serialized()) == value)
        #expect(try JSONValue(parsing: value.serialized(.pretty)) == value)
    }

    @Test func `escapes at every place of a word are found`() throws {
        for character in ["\"", "\\", "\n", "\u{0}", "é", "😀", "!", " ", "\u{7F}"] {
            for length in 0..<20 {
                let value = JSONValue.string(String(repeating: "x", count: length) + character + "tail of it all")
                #expect(try JSONValue(parsing: value.serialized()) == value)
            }
        }
    }

    private func text(_ value: JSONValue, _ layout: JSONWriter.Layout = .compact) throws -> String {
        String(decoding: try value.serialized(layout), as: UTF8.self)
    }
}
