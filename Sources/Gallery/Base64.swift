/// Base64 of RFC 4648 §4.
enum Base64 {
    /// Appends `bytes` as text, with padding.
    static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        text.reserveCapacity(text.count + (bytes.count + 2) / 3 * 4)
        digits.withUTF8Buffer { digits in
            func digit(_ bits: UInt32, _ shift: UInt32) -> UInt8 { digits[Int(bits >> shift & 63)] }
            var index = 0
            while index < bytes.count {
                let rest = bytes.count - index
                var bits = UInt32(bytes[index]) << 16
                if rest > 1 { bits |= UInt32(bytes[index + 1]) << 8 }
                if rest > 2 { bits |= UInt32(bytes[index + 2]) }
                text.append(digit(bits, 18))
                text.append(digit(bits, 12))
                text.append(rest > 1 ? digit(bits, 6) : UInt8(ascii: "="))
                text.append(rest > 2 ? digit(bits, 0) : UInt8(ascii: "="))
                index += 3
            }
        }
    }

    private static let digits: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
}
