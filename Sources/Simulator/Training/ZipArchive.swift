import CZlib
import NIOCore

/// A zip file in memory: its entries, stored or deflated (APPNOTE.TXT 6.3 §4.3).
struct ZipArchive {
    struct Entry {
        let name: String
        let size: Int
        /// CRC-32 of the contents.
        let checksum: UInt32
        fileprivate let method: UInt16
        fileprivate let isEncrypted: Bool
        fileprivate let packedSize: Int
        fileprivate let headerOffset: Int
    }

    /// Why the file cannot be read, as the end of a sentence.
    struct Damage: Error {
        let reason: String
    }

    let entries: [Entry]
    private let bytes: ByteBuffer

    private static let (endMark, entryMark, headerMark): (UInt32, UInt32, UInt32) =
        (0x0605_4B50, 0x0201_4B50, 0x0403_4B50)
    /// Bytes of each record without its names and comments.
    private static let (endSize, entrySize, headerSize) = (22, 46, 30)

    init(_ bytes: ByteBuffer) throws(Damage) {
        self.bytes = bytes.slice()
        let end = try Self.end(of: self.bytes)
        let count = try self.bytes.number(UInt16.self, at: end + 10)
        var at = Int(try self.bytes.number(UInt32.self, at: end + 16))
        guard count != .max, at != UInt32.max else { throw Damage(reason: "it is in the zip64 format") }
        var entries: [Entry] = []
        for _ in 0..<count {
            let (entry, next) = try Self.entry(in: self.bytes, at: at)
            entries.append(entry)
            at = next
        }
        self.entries = entries
    }

    /// The bytes of an entry, whose checksum fits.
    func contents(of entry: Entry) throws(Damage) -> [UInt8] {
        guard !entry.isEncrypted else { throw Damage(reason: "\(entry.name) is encrypted") }
        let at = entry.headerOffset
        guard try bytes.number(UInt32.self, at: at) == Self.headerMark else {
            throw Damage(reason: "\(entry.name) is not where the directory says")
        }
        let names = Int(try bytes.number(UInt16.self, at: at + 26)) + Int(try bytes.number(UInt16.self, at: at + 28))
        guard let packed = bytes.getSlice(at: at + Self.headerSize + names, length: entry.packedSize) else {
            throw Damage(reason: "\(entry.name) is cut off")
        }
        guard let contents = try Self.unpacked(packed, of: entry),
            crc32_z(0, contents, contents.count) == entry.checksum
        else { throw Damage(reason: "\(entry.name) is damaged") }
        return contents
    }

    private static func unpacked(_ packed: ByteBuffer, of entry: Entry) throws(Damage) -> [UInt8]? {
        switch entry.method {
        case 0: return packed.readableBytes == entry.size ? Array(packed.readableBytesView) : nil
        case 8: return Inflate.expand(packed, size: entry.size)
        default: throw Damage(reason: "\(entry.name) is packed by method \(entry.method); known are 0 and 8")
        }
    }

    /// Where the record at the end begins: it is searched backwards, for a comment may follow it.
    private static func end(of bytes: ByteBuffer) throws(Damage) -> Int {
        let last = bytes.readableBytes - endSize
        guard last >= 0 else { throw Damage(reason: "it is no zip file") }
        for at in stride(from: last, through: max(0, last - 65535), by: -1)
        where try bytes.number(UInt32.self, at: at) == endMark {
            return at
        }
        throw Damage(reason: "it is no zip file, or its end is missing")
    }

    private static func entry(in bytes: ByteBuffer, at: Int) throws(Damage) -> (Entry, next: Int) {
        guard try bytes.number(UInt32.self, at: at) == entryMark else {
            throw Damage(reason: "its directory is damaged")
        }
        let nameLength = Int(try bytes.number(UInt16.self, at: at + 28))
        let rest = Int(try bytes.number(UInt16.self, at: at + 30)) + Int(try bytes.number(UInt16.self, at: at + 32))
        guard let name = bytes.getString(at: at + entrySize, length: nameLength) else {
            throw Damage(reason: "its directory is cut off")
        }
        let entry = Entry(
            name: name, size: Int(try bytes.number(UInt32.self, at: at + 24)),
            checksum: try bytes.number(UInt32.self, at: at + 16), method: try bytes.number(UInt16.self, at: at + 10),
            isEncrypted: try bytes.number(UInt16.self, at: at + 8) & 1 == 1,
            packedSize: Int(try bytes.number(UInt32.self, at: at + 20)),
            headerOffset: Int(try bytes.number(UInt32.self, at: at + 42)))
        return (entry, at + entrySize + nameLength + rest)
    }
}

extension ByteBuffer {
    fileprivate func number<Number: FixedWidthInteger>(
        _ type: Number.Type, at index: Int
    ) throws(ZipArchive.Damage) -> Number {
        guard let number = getInteger(at: index, endianness: .little, as: type) else {
            throw ZipArchive.Damage(reason: "its directory is cut off")
        }
        return number
    }
}
