internal import CZlib

/// Reads an 8-bit RGB PNG with the filters 0, 1 and 2, checking every chunk's checksum.
package struct PNGDecoder {
    package struct Malformed: Error { let reason: String }

    package private(set) var width = 0
    package private(set) var height = 0
    /// `0xRRGGBB`, row by row.
    package private(set) var pixels: [UInt32] = []

    package init(_ file: [UInt8]) throws {
        guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
            throw Malformed(reason: "signature")
        }
        var data: [UInt8] = []
        var at = 8
        var types: [String] = []
        while at + 12 <= file.count {
            let length = Self.number(file, at)
            let body = Array(file[at + 4..<at + 8 + length])
            let sum = Self.number(file, at + 8 + length)
            guard Int(crc32(0, body, uInt(body.count))) == sum else { throw Malformed(reason: "checksum") }
            let type = String(decoding: body.prefix(4), as: UTF8.self)
            types.append(type)
            if type == "IHDR" {
                (width, height) = (Self.number(body, 4), Self.number(body, 8))
                guard Array(body[12...]) == [8, 2, 0, 0, 0] else { throw Malformed(reason: "header") }
            }
            if type == "IDAT" { data += body.dropFirst(4) }
            at += 12 + length
        }
        guard at == file.count, types.first == "IHDR", types.last == "IEND" else { throw Malformed(reason: "chunks") }
        try unfilter(try Self.inflated(data, size: (3 * width + 1) * height))
    }

    private mutating func unfilter(_ rows: [UInt8]) throws {
        let length = 3 * width
        var above = [UInt8](repeating: 0, count: length)
        for y in 0..<height {
            let filter = rows[y * (length + 1)]
            var row = Array(rows[y * (length + 1) + 1..<(y + 1) * (length + 1)])
            switch filter {
            case 0: break
            case 1: for index in 3..<max(length, 3) { row[index] &+= row[index - 3] }
            case 2: for index in 0..<length { row[index] &+= above[index] }
            default: throw Malformed(reason: "filter \(filter)")
            }
            for x in 0..<width {
                pixels.append(UInt32(row[3 * x]) << 16 | UInt32(row[3 * x + 1]) << 8 | UInt32(row[3 * x + 2]))
            }
            above = row
        }
    }

    private static func inflated(_ data: [UInt8], size: Int) throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: size)
        var length = uLongf(size)
        guard uncompress(&output, &length, data, uLong(data.count)) == Z_OK, Int(length) == size else {
            throw Malformed(reason: "data")
        }
        return output
    }

    private static func number(_ bytes: [UInt8], _ at: Int) -> Int {
        bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
