/// The numbers of the zip format (PKWARE APPNOTE 6.3.10, §4.3–4.4).
enum ZipFormat {
    static let localSignature: UInt32 = 0x0403_4B50
    static let centralSignature: UInt32 = 0x0201_4B50
    static let endSignature: UInt32 = 0x0605_4B50
    static let localSize = 30
    static let centralSize = 46
    static let endSize = 22
    /// Names are UTF-8 (bit 11 of the flags).
    static let utf8Flag: UInt16 = 1 << 11
    static let encryptedFlag: UInt16 = 1
    /// 1980-01-01, the beginning of the format's calendar.
    static let firstDate: UInt16 = 1 << 5 | 1
    /// Sizes and offsets at and above it, and as many entries, need ZIP64.
    static let sizeLimit = 0xFFFF_FFFF
    static let countLimit = 0xFFFF

    enum Method: UInt16 {
        case stored = 0
        case deflated = 8
    }
}

extension [UInt8] {
    mutating func append(little value: UInt16) { append16(value) }

    mutating func append(little value: UInt32) {
        append16(UInt16(truncatingIfNeeded: value))
        append16(UInt16(truncatingIfNeeded: value >> 16))
    }

    private mutating func append16(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value))
        append(UInt8(truncatingIfNeeded: value >> 8))
    }

    /// The number of two bytes at an offset; 0 beyond the end.
    func little16(_ offset: Int) -> UInt16 {
        guard offset >= 0, offset + 2 <= count else { return 0 }
        return UInt16(self[offset]) | UInt16(self[offset + 1]) << 8
    }

    func little32(_ offset: Int) -> UInt32 {
        UInt32(little16(offset)) | UInt32(little16(offset + 2)) << 16
    }
}
