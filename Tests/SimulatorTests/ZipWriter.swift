import CZlib

/// Writes zip files for tests: entries stored or deflated.
struct ZipWriter {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ contents: [UInt8], deflated: Bool = false) {
        let packed = deflated ? Self.deflate(contents) : contents
        let checksum = UInt32(crc32_z(0, contents, contents.count))
        let start = body.count
        var shared = Self.little(UInt16(20)) + Self.little(UInt16(0)) + Self.little(UInt16(deflated ? 8 : 0))
        shared += Self.little(UInt32(0)) + Self.little(checksum) + Self.little(UInt32(packed.count))
        shared += Self.little(UInt32(contents.count)) + Self.little(UInt16(name.utf8.count)) + Self.little(UInt16(0))
        body += Self.little(UInt32(0x0403_4B50)) + shared + Array(name.utf8) + packed
        directory += Self.little(UInt32(0x0201_4B50)) + Self.little(UInt16(20)) + shared
        directory += [UInt8](repeating: 0, count: 10) + Self.little(UInt32(start)) + Array(name.utf8)
        count += 1
    }

    /// The whole file, with a comment at its end.
    func file(comment: String = "") -> [UInt8] {
        var end = Self.little(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + Self.little(UInt16(count))
        end += Self.little(UInt16(count)) + Self.little(UInt32(directory.count)) + Self.little(UInt32(body.count))
        return body + directory + end + Self.little(UInt16(comment.utf8.count)) + Array(comment.utf8)
    }

    private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// Without zlib's header of two bytes and its checksum of four.
    private static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(uLong(bytes.count))
        var output = [UInt8](repeating: 0, count: Int(size))
        compress(&output, &size, bytes, uLong(bytes.count))
        return Array(output[2..<Int(size) - 4])
    }
}
