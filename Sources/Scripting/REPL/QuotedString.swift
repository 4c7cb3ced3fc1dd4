/// A string as Lua would read it back; UTF-8 stays as it is.
enum QuotedString {
    static func text(_ bytes: [UInt8]) -> String {
        var text = "\""
        var rest = bytes[...]
        while let byte = rest.first {
            if let character = character(at: rest) {
                text.unicodeScalars.append(character)
                rest = rest.dropFirst(String(character).utf8.count)
            } else {
                rest = rest.dropFirst()
                text += escape(byte, before: rest.first)
            }
        }
        return text + "\""
    }

    /// The printable character that the bytes begin with; nil when it has to be escaped.
    private static func character(at bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let character: Unicode.Scalar
        if bytes[bytes.startIndex] < 0x80 {
            character = Unicode.Scalar(bytes[bytes.startIndex])
        } else {
            var decoder = UTF8()
            var iterator = bytes.prefix(4).makeIterator()
            guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
            character = scalar
        }
        switch character.properties.generalCategory {
        case .control, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: return nil
        default: return character == "\"" || character == "\\" ? nil : character
        }
    }

    private static func escape(_ byte: UInt8, before next: UInt8?) -> String {
        switch byte {
        case UInt8(ascii: "\n"): return "\\n"
        case UInt8(ascii: "\r"): return "\\r"
        case UInt8(ascii: "\t"): return "\\t"
        case UInt8(ascii: "\""): return "\\\""
        case UInt8(ascii: "\\"): return "\\\\"
        default:
            let digits = String(byte)
            let isFollowedByDigit = next.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
            // `\1` and a digit would be read as `\12`.
            return "\\" + (isFollowedByDigit ? String(repeating: "0", count: 3 - digits.count) : "") + digits
        }
    }
}
