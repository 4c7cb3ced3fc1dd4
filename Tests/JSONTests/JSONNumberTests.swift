import Foundation
import JSON
import Testing

@Suite(.timeLimit(.minutes(5)))
struct JSONNumberTests {
    @Test func `integers that fit in 64 bits stay integers`() throws {
        for value in [0, 1, -1, 2_718_281_828_459_045, Int64.max, .min, Int64.max - 1, .min + 1] {
            #expect(try JSONValue(parsing: "\(value)") == .integer(value))
        }
        #expect(try JSONValue(parsing: "9223372036854775808") == .number(0x1p63))
        #expect(try JSONValue(parsing: "-9223372036854775809") == .number(-0x1p63))
        #expect(try JSONValue(parsing: "18446744073709551616") == .number(0x1p64))
    }

    @Test func `a fraction or an exponent makes a float`() throws {
        for text in ["1.0", "1e0", "100e-2", "1E0"] { #expect(try JSONValue(parsing: text) == .number(1)) }
    }

    @Test func `minus zero keeps its sign`() throws {
        for text in ["-0", "-0.0", "-0e5"] {
            guard case .number(let value) = try JSONValue(parsing: text) else { return #expect(Bool(false)) }
            #expect(value == 0 && value.sign == .minus)
        }
    }

    @Test(arguments: hardCases) func `hard decimals become the nearest double`(text: String) throws {
        let expected = text.withCString { strtod($0, nil) }
        #expect(try JSONValue(parsing: text) == .number(expected))
    }

    static let hardCases = [
        "2.2250738585072011e-308", "2.2250738585072012e-308", "4.9406564584124654e-324", "2.4703282292062327e-324",
        "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623158e308", "9007199254740993.0",
        "9007199254740992.5", "9007199254740993.5e0", "0.1", "0.30000000000000004", "123456789012345678.0", "1e22",
        "1e23",
        "8.41e21", "9.5e-23", "179769313486231570000000000000000000000.0", "0.000000000000000000000000000000000001e36",
        "10000000000000000000000000000000000000000e-40", "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124", "6.0221407600000000000000000000000e23",
        "72057594037927945.0", "5708990770823839524233143877797980545530986496.0", "3.5844466002796428e298",
        "0.500000000000000166533453693773481063544750213623046875",
    ]

    @Test func `random doubles survive writing and reading`() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(try JSONValue(parsing: JSONValue.number(value).serialized()) == .number(value))
            let long = String(format: "%.25e", value)
            #expect(try JSONValue(parsing: long) == .number(strtod(long, nil)))
        }
    }
}
