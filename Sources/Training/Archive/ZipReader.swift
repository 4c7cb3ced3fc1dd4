internal import CZlib

/// Reads a zip archive that somebody packed: its directory, then single entries (APPNOTE 6.3.10).
final class ZipReader {
    struct Entry: Sendable, Equatable {
        /// The whole path within the archive.
        let path: String
        let method: ZipFormat.Method
        let checksum: UInt32
        let packedSize: Int
        let size: Int
        let offset: Int
    }
    private let file: InputFile
    let entries: [Entry]

    /// A directory of more is no photo archive's.
    private static let mostDirectoryBytes = 16 << 20
    /// The end record with the longest comment behind it.
    private static let longestTail = ZipFormat.endSize + 0xFFFF

    init(path: String) throws(ArchiveError) {
        file = try InputFile(path: path)
        entries = try Self.directory(file)
    }

    private static func directory(_ file: InputFile) throws(ArchiveError) -> [Entry] {
        let tail = try file.read(max(0, file.size - longestTail), longestTail)
        guard tail.count >= ZipFormat.endSize,
            let end = (0...tail.count - ZipFormat.endSize).last(where: {
                tail[$0] == 0x50 && tail.little32($0) == ZipFormat.endSignature
            })
        else { throw .notZip }
        let count = Int(tail.little16(end + 10))
        let size = Int(tail.little32(end + 12))
        let start = Int(tail.little32(end + 16))
        if count == ZipFormat.countLimit || size == ZipFormat.sizeLimit || start == ZipFormat.sizeLimit { throw .zip64 }
        guard size <= mostDirectoryBytes, start + size <= file.size else { throw .damaged("its directory is cut off") }
        let bytes = try file.read(start, size)
        var entries: [Entry] = []
        var offset = 0
        for _ in 0..<count { entries.append(try entry(bytes, &offset)) }
        return entries
    }

    private static func entry(_ bytes: [UInt8], _ offset: inout Int) throws(ArchiveError) -> Entry {
        guard offset + ZipFormat.centralSize <= bytes.count, bytes.little32(offset) == ZipFormat.centralSignature else {
            throw .damaged("its directory ends early")
        }
        let nameEnd = offset + ZipFormat.centralSize + Int(bytes.little16(offset + 28))
        let next = nameEnd + Int(bytes.little16(offset + 30)) + Int(bytes.little16(offset + 32))
        guard next <= bytes.count else { throw .damaged("its directory ends early") }
        let name = String(decoding: bytes[(offset + ZipFormat.centralSize)..<nameEnd], as: UTF8.self)
        let (packed, size) = (Int(bytes.little32(offset + 20)), Int(bytes.little32(offset + 24)))
        if [packed, size, Int(bytes.little32(offset + 42))].contains(ZipFormat.sizeLimit) { throw .zip64 }
        guard bytes.little16(offset + 8) & ZipFormat.encryptedFlag == 0 else { throw .encrypted(name) }
        let code = bytes.little16(offset + 10)
        guard let method = ZipFormat.Method(rawValue: code) else { throw .unknownMethod(name, Int(code)) }
        let entry = Entry(
            path: name, method: method, checksum: bytes.little32(offset + 16), packedSize: packed, size: size,
            offset: Int(bytes.little32(offset + 42)))
        offset = next
        return entry
    }

    /// An entry's bytes; refuses one whose size or check sum is another.
    func bytes(of entry: Entry) throws(ArchiveError) -> [UInt8] {
        let header = try file.read(entry.offset, ZipFormat.localSize)
        guard header.count == ZipFormat.localSize, header.little32(0) == ZipFormat.localSignature else {
            throw .damaged("\(entry.path) is not where the directory says")
        }
        let start = entry.offset + ZipFormat.localSize + Int(header.little16(26)) + Int(header.little16(28))
        let packed = try file.read(start, entry.packedSize)
        guard packed.count == entry.packedSize else { throw .damaged("\(entry.path) is cut off") }
        let bytes = entry.method == .stored ? packed : Self.inflated(packed, size: entry.size)
        guard let bytes, bytes.count == entry.size, Checksum.of(bytes) == entry.checksum else {
            throw .damaged("\(entry.path) does not fit its check sum")
        }
        return bytes
    }

    /// Deflated data without a header (RFC 1951) that becomes so many bytes; nil for any other.
    private static func inflated(_ packed: [UInt8], size: Int) -> [UInt8]? {
        var stream = z_stream()
        // Negative: no zlib header around the data.
        guard inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            return nil
        }
        defer { inflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: size)
        let status = packed.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { room in
                // zlib's next_in lacks a const; the input is only read.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = uInt(input.count)
                stream.next_out = room.baseAddress
                stream.avail_out = uInt(room.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        return status == Z_STREAM_END && stream.avail_out == 0 ? output : nil
    }
}
