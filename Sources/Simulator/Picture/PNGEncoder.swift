import CZlib

/// Writes a canvas as an 8-bit RGB PNG (PNG specification, third edition).
enum PNGEncoder {
    static func encode(_ canvas: Canvas) -> [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header = bigEndian(UInt32(canvas.width)) + bigEndian(UInt32(canvas.height)) + [8, 2, 0, 0, 0]
        append("IHDR", header, to: &file)
        append("tEXt", Array("Software\u{0}falhost simulator".utf8), to: &file)
        append("IDAT", Deflate.compress(filteredRows(of: canvas)), to: &file)
        append("IEND", [], to: &file)
        return file
    }

    /// The rows with their filter bytes: the first pixel row of each row of dots holds differences to the left (filter
    /// 1), and its repetitions differences to the row above (filter 2), which are all zero.
    private static func filteredRows(of canvas: Canvas) -> some Sequence<[UInt8]> {
        let length = 1 + 3 * canvas.width
        var repeated = [UInt8](repeating: 0, count: length)
        repeated[0] = 2
        let same = repeated
        return (0..<canvas.height).lazy.map { y in
            guard y % canvas.dotSize == 0 else { return same }
            var row = [UInt8](repeating: 0, count: length)
            row[0] = 1
            var left: UInt32 = 0
            let start = y / canvas.dotSize * canvas.columns
            for column in 0..<canvas.columns {
                let colour = canvas.dots[start + column]
                guard colour != left else { continue }
                let at = 1 + 3 * column * canvas.dotSize
                row[at] = UInt8(truncatingIfNeeded: (colour >> 16) &- (left >> 16))
                row[at + 1] = UInt8(truncatingIfNeeded: (colour >> 8 & 255) &- (left >> 8 & 255))
                row[at + 2] = UInt8(truncatingIfNeeded: (colour & 255) &- (left & 255))
                left = colour
            }
            return row
        }
    }

    private static func append(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        let body = Array(type.utf8) + data
        file += bigEndian(UInt32(data.count))
        file += body
        file += bigEndian(UInt32(truncatingIfNeeded: crc32(0, body, uInt(body.count))))
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
