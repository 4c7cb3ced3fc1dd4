import NIOCore

/// A job's or file's id: 128 bits, written as a lower-case UUID.
struct RequestID: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    init?(_ text: Substring) {
        guard text.utf8.count == 36 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        for byte in text.utf8 {
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "-"): continue
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
            high = high << 4 | low >> 60
            low = low << 4 | digit
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: high, low: low)
    }

    private static let digits: StaticString = "0123456789abcdef"

    func write(to buffer: inout ByteBuffer) {
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 36) { bytes in
            var at = 0
            for place in 0..<32 {
                if place == 8 || place == 12 || place == 16 || place == 20 {
                    bytes[at] = UInt8(ascii: "-")
                    at += 1
                }
                let word = place < 16 ? high : low
                bytes[at] = Self.digits.utf8Start[Int(word >> (60 - 4 * UInt64(place % 16)) & 15)]
                at += 1
            }
            return 36
        }
    }
}

extension RequestID: CustomStringConvertible {
    var description: String {
        var buffer = ByteBuffer()
        write(to: &buffer)
        return String(buffer: buffer)
    }
}

/// Makes ids that differ from run to run, so that ids in a ledger never meet twice.
struct RequestIDs {
    private var random: SplitMix

    init() {
        var system = SystemRandomNumberGenerator()
        random = SplitMix(seed: system.next())
    }

    mutating func next() -> RequestID {
        // Version 4, variant 1 (RFC 9562 §5.4).
        let high = random.next() & ~0xF000 | 0x4000
        let low = random.next() & ~(3 << 62) | 2 << 62
        return RequestID(high: high, low: low)
    }
}
