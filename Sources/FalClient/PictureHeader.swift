/// What the beginning of a picture file says, and whether its end is there.
///
/// PNG: W3C "Portable Network Graphics" §5, §11.2.1; JPEG: ITU-T T.81 annex B; GIF: GIF89a §18; WebP: RFC 9649 §2.
package struct PictureHeader: Sendable, Equatable {
    package let format: PictureFormat
    /// In pixels; nil where the header does not tell.
    package let width: Int?
    package let height: Int?
    /// False for a file that was cut off.
    package let isWhole: Bool

    /// Nil when the file is in none of the four formats.
    ///
    /// - Parameter read: gives up to so many bytes from an offset.
    package init?(size: Int, read: (_ offset: Int, _ count: Int) -> [UInt8]) {
        let head = read(0, 64)
        guard let format = PictureFormat(signature: head) else { return nil }
        self.format = format
        let dimensions =
            switch format {
            case .png: Self.pair(head, at: 16, bytes: 4)
            case .gif: Self.pair(head, at: 6, bytes: 2, isLittle: true)
            case .webp: Self.webp(head)
            case .jpeg: Self.jpeg(size, read)
            }
        (width, height) = (dimensions?.0, dimensions?.1)
        isWhole = Self.hasEnd(format, head, size, read)
    }

    /// The file's last marker; some programs write a little behind it.
    private static func hasEnd(
        _ format: PictureFormat, _ head: [UInt8], _ size: Int, _ read: (Int, Int) -> [UInt8]
    ) -> Bool {
        let marker: [UInt8]
        switch format {
        case .png: marker = Array("IEND".utf8)
        case .jpeg: marker = [0xFF, 0xD9]
        case .gif: marker = [0x3B]
        case .webp: return number(head, at: 4, bytes: 4, isLittle: true).map { size >= $0 + 8 } ?? false
        }
        let tail = read(max(0, size - longestTail), longestTail)
        guard tail.count >= marker.count else { return false }
        return (0...tail.count - marker.count).contains { tail[$0...].starts(with: marker) }
    }

    private static let longestTail = 1024

    /// Looks for the frame header, past comments, profiles and tables.
    private static func jpeg(_ size: Int, _ read: (Int, Int) -> [UInt8]) -> (Int, Int)? {
        var offset = 2
        while offset + 9 < size {
            let segment = read(offset, 9)
            guard segment.count == 9, segment[0] == 0xFF, let length = number(segment, at: 2, bytes: 2) else {
                return nil
            }
            switch segment[1] {
            case 0xFF: offset += 1
            // The frame headers; C4, C8 and CC are tables and an extension.
            case 0xC0...0xCF where ![0xC4, 0xC8, 0xCC].contains(segment[1]):
                return pair(segment, at: 5, bytes: 2).map { ($0.1, $0.0) }
            // The pixels begin: a file without a frame header.
            case 0xDA, 0xD9: return nil
            default: offset += 2 + max(2, length)
            }
        }
        return nil
    }

    private static func webp(_ head: [UInt8]) -> (Int, Int)? {
        switch head.dropFirst(12).prefix(4) {
        case let kind where kind.elementsEqual("VP8 ".utf8):
            return pair(head, at: 26, bytes: 2, isLittle: true).map { ($0.0 & 0x3FFF, $0.1 & 0x3FFF) }
        case let kind where kind.elementsEqual("VP8L".utf8):
            return number(head, at: 21, bytes: 4, isLittle: true).map { (($0 & 0x3FFF) + 1, ($0 >> 14 & 0x3FFF) + 1) }
        case let kind where kind.elementsEqual("VP8X".utf8):
            return pair(head, at: 24, bytes: 3, isLittle: true).map { ($0.0 + 1, $0.1 + 1) }
        default: return nil
        }
    }

    private static func pair(_ bytes: [UInt8], at offset: Int, bytes count: Int, isLittle: Bool = false) -> (Int, Int)?
    {
        guard let first = number(bytes, at: offset, bytes: count, isLittle: isLittle),
            let second = number(bytes, at: offset + count, bytes: count, isLittle: isLittle)
        else { return nil }
        return (first, second)
    }

    private static func number(_ bytes: [UInt8], at offset: Int, bytes count: Int, isLittle: Bool = false) -> Int? {
        guard bytes.count >= offset + count else { return nil }
        let part = bytes[offset..<offset + count]
        return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
}
