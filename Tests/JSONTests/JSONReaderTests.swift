import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct JSONReaderTests {
    @Test func `tokens come in the order of the document`() throws {
        let text = #" { "a" : [ 1 , 2.5 , "x\ny" , true , null ] , "b" : { } } "#
        let names = try tokens(Array(text.utf8))
        #expect(
            names == [
                "{", "name a", "[", "integer 1", "number 2.5", "string x\ny", "bool true", "null", "]", "name b", "{",
                "}",
                "}", "end",
            ])
    }

    @Test func `the end is given again and again`() throws {
        try Array("1".utf8).withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            _ = try reader.next()
            for _ in 0..<3 {
                guard case .end = try reader.next() else { return #expect(Bool(false)) }
            }
        }
    }

    @Test func `a document may nest as deep as the limit and no deeper`() throws {
        let limit = 40
        let good = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
        _ = try JSONValue(parsing: good, maximumDepth: limit)
        #expect(throws: JSONError("nested deeper than 40 levels", offset: limit)) {
            try JSONValue(parsing: "[" + good + "]", maximumDepth: limit)
        }
        #expect(throws: JSONError("nested deeper than 512 levels", offset: 512)) {
            try JSONValue(parsing: String(repeating: "[", count: 100_000))
        }
    }

    private func tokens(_ document: [UInt8]) throws -> [String] {
        try document.withUnsafeBytes { bytes in
            var reader = JSONReader(bytes)
            var names: [String] = []
            while true {
                let token = try reader.next()
                names.append(describe(token))
                if case .end = token { return names }
            }
        }
    }

    private func describe(_ token: JSONReader.Token) -> String {
        switch token {
        case .beginObject: "{"
        case .endObject: "}"
        case .beginArray: "["
        case .endArray: "]"
        case .name(let text): "name \(String(decoding: text, as: UTF8.self))"
        case .string(let text): "string \(String(decoding: text, as: UTF8.self))"
        case .integer(let value): "integer \(value)"
        case .number(let value): "number \(value)"
        case .bool(let value): "bool \(value)"
        case .null: "null"
        case .end: "end"
        }
    }
}
