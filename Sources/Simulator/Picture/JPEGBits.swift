/// The entropy-coded bytes of a JPEG: bits from the high end, and a zero after each 0xFF (T.81 F.1.2.3).
struct JPEGBits {
    private var bytes: [UInt8]
    private var pending: UInt32 = 0
    private var count: UInt32 = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Appends the low `length` bits, at most 16.
    mutating func append(_ value: UInt32, length: UInt32) {
        pending = pending << length | value
        count += length
        while count >= 8 {
            count -= 8
            let byte = UInt8(truncatingIfNeeded: pending >> count)
            bytes.append(byte)
            if byte == 0xFF { bytes.append(0) }
        }
    }

    /// All bytes, the last one filled up with ones.
    mutating func finished() -> [UInt8] {
        if count > 0 { append((1 << (8 - count)) - 1, length: 8 - count) }
        return bytes
    }
}
