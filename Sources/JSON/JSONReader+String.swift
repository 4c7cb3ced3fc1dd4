extension JSONReader {
    /// Reads the string whose opening quote is at `position`.
    mutating func string() throws(JSONError) -> UnsafeRawBufferPointer {
        let start = position + 1
        let stop = try endOfPlainText(from: start)
        guard bytes[stop] == UInt8(ascii: "\\") else {
            position = stop + 1
            return UnsafeRawBufferPointer(rebasing: bytes[start..<stop])
        }
        return try escapedString(from: start, firstEscape: stop)
    }

    private mutating func escapedString(from start: Int, firstEscape: Int) throws(JSONError) -> UnsafeRawBufferPointer {
        scratch.removeAll()
        scratch.append(UnsafeRawBufferPointer(rebasing: bytes[start..<firstEscape]))
        position = firstEscape
        while bytes[position] == UInt8(ascii: "\\") {
            try escape()
            let stop = try endOfPlainText(from: position)
            scratch.append(UnsafeRawBufferPointer(rebasing: bytes[position..<stop]))
            position = stop
        }
        position += 1
        return scratch.bytes
    }

    /// The place of the next quote or backslash; what lies before it is good UTF-8 without control characters.
    private func endOfPlainText(from start: Int) throws(JSONError) -> Int {
        var index = start
        while true {
            index = bytes.endOfPlainASCII(from: index)
            guard index < bytes.count else { throw JSONError("a string without its closing quote", offset: index) }
            switch bytes[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                return index
            case 0..<0x20:
                throw JSONError("a control character in a string", offset: index)
            default:
                let length = bytes.lengthOfUTF8Sequence(at: index)
                guard length > 0 else { throw JSONError("bad UTF-8", offset: index) }
                index += length
            }
        }
    }

    // MARK: Escapes

    private mutating func escape() throws(JSONError) {
        let start = position
        guard start + 1 < bytes.count else {
            throw JSONError("a string without its closing quote", offset: bytes.count)
        }
        position += 2
        switch bytes[start + 1] {
        case UInt8(ascii: "\""): scratch.append(0x22)
        case UInt8(ascii: "\\"): scratch.append(0x5C)
        case UInt8(ascii: "/"): scratch.append(0x2F)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"): scratch.append(try scalar(escapedAt: start))
        default: throw JSONError("an unknown escape", offset: start)
        }
    }

    /// Reads the digits after `\u`, and those of a second escape where the first is half of a surrogate pair.
    private mutating func scalar(escapedAt start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal(escapedAt: start)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        else { throw JSONError("half of a surrogate pair", offset: start) }
        position += 2
        let second = try hexadecimal(escapedAt: position - 2)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONError("half of a surrogate pair", offset: start) }
        return scalar
    }

    private mutating func hexadecimal(escapedAt start: Int) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count, let digit = Self.hexadecimalDigit(bytes[position]) else {
                throw JSONError("an unknown escape", offset: start)
            }
            value = value << 4 | digit
            position += 1
        }
        return value
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
