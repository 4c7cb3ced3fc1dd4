extension JSONReader {
    /// The decimal digits of a number while it is read: `mantissa` × 10^`exponent`.
    private struct Decimal {
        var mantissa: UInt64 = 0
        var exponent = 0
        /// Digits in `mantissa` after its leading zeros.
        private var significant = 0
        /// True when the number has more digits than `mantissa` holds.
        private(set) var isCut = false

        mutating func append(_ digit: UInt8) {
            // Nineteen nines fit in 64 bits.
            guard significant < 19 else { return isCut = true }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if mantissa != 0 { significant += 1 }
        }
    }

    /// Reads the number at `position`: an integer when it has neither fraction nor exponent and fits in 64 bits.
    mutating func number() throws(JSONError) -> Token {
        let start = position
        let isNegative = bytes[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        var decimal = Decimal()
        try integerPart(&decimal)
        var isInteger = true
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            try fraction(&decimal)
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            try exponent(&decimal)
        }
        if isInteger, let integer = Self.integer(decimal, isNegative: isNegative) { return .integer(integer) }
        return .number(try double(decimal, isNegative: isNegative, from: start))
    }

    private static func integer(_ decimal: Decimal, isNegative: Bool) -> Int64? {
        guard !decimal.isCut else { return nil }
        guard isNegative else { return Int64(exactly: decimal.mantissa) }
        guard decimal.mantissa != 0, decimal.mantissa <= Int64.min.magnitude else { return nil }
        return Int64(truncatingIfNeeded: 0 &- decimal.mantissa)
    }

    /// Powers of ten that a double holds exactly.
    private static let exactPowers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The nearest double, ties to even.
    private func double(_ decimal: Decimal, isNegative: Bool, from start: Int) throws(JSONError) -> Double {
        // Both factors are exact, so the one rounding of the product or quotient is the right one.
        if !decimal.isCut, decimal.mantissa <= 1 << 53, abs(decimal.exponent) < Self.exactPowers.count {
            let mantissa = Double(decimal.mantissa)
            let power = Self.exactPowers[abs(decimal.exponent)]
            let magnitude = decimal.exponent < 0 ? mantissa / power : mantissa * power
            return isNegative ? -magnitude : magnitude
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError("a number beyond the range of a double", offset: start)
        }
        return value
    }

    // MARK: Grammar

    private mutating func integerPart(_ decimal: inout Decimal) throws(JSONError) {
        let start = position
        try digits { decimal.append($0) }
        if bytes[start] == UInt8(ascii: "0"), position > start + 1 {
            throw JSONError("a number with a leading zero", offset: start)
        }
    }

    private mutating func fraction(_ decimal: inout Decimal) throws(JSONError) {
        position += 1
        let start = position
        try digits { decimal.append($0) }
        decimal.exponent -= position - start
    }

    private mutating func exponent(_ decimal: inout Decimal) throws(JSONError) {
        position += 1
        var isNegative = false
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
            isNegative = bytes[position] == UInt8(ascii: "-")
            position += 1
        }
        var value = 0
        try digits { value = min(value * 10 + Int($0), 1 << 32) }
        decimal.exponent += isNegative ? -value : value
    }

    /// Reads one digit or more.
    @inline(__always)
    private mutating func digits(_ body: (UInt8) -> Void) throws(JSONError) {
        let start = position
        while position < bytes.count {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            body(digit)
            position += 1
        }
        guard position > start else { throw JSONError("expected a digit", offset: position) }
    }
}
