internal import Generation

/// Writes a zip archive whose entries are stored as they are.
///
/// Our own, because what the upload needs no library gives by itself: the same photos make the same bytes (fixed dates, no
/// extra fields, the caller's order), so that a set is known by its SHA-256 and uploaded once. JPEG, PNG and WebP do not
/// compress, so storing loses nothing. ZIP64 is refused: trainers may not read it.
struct ZipWriter: ~Copyable {
    private struct Entry {
        let name: [UInt8]
        let checksum: UInt32
        let size: UInt32
        let offset: UInt32
    }
    private let file: OutputFile
    private var hash = SHA256()
    private var entries: [Entry] = []
    private var offset = 0

    init(path: String) throws(ArchiveError) {
        file = try OutputFile(path: path)
    }

    /// Adds an entry whose check sum and size are known; `read` gives its bytes piece by piece and an empty piece at the end.
    mutating func add(
        _ name: String, size: Int, checksum: UInt32, read: () throws(ArchiveError) -> [UInt8]
    ) throws(ArchiveError) {
        guard entries.count + 1 < ZipFormat.countLimit else { throw .tooManyEntries(entries.count + 1) }
        let header = ZipFormat.localSize + name.utf8.count
        guard offset + header + size < ZipFormat.sizeLimit else { throw .tooLarge(bytes: offset + header + size) }
        let entry = Entry(
            name: Array(name.utf8), checksum: checksum, size: UInt32(size), offset: UInt32(offset))
        try write(Self.localHeader(entry))
        entries.append(entry)
        var sum = Checksum()
        var written = 0
        while true {
            let piece = try read()
            if piece.isEmpty { break }
            piece.withUnsafeBytes { sum.add($0) }
            written += piece.count
            guard written <= size else { throw .changed(name) }
            try write(piece)
        }
        guard written == size, sum.value == checksum else { throw .changed(name) }
    }

    /// Writes the directory; returns the archive's SHA-256 and its size.
    consuming func finish() throws(ArchiveError) -> (sha256: String, size: Int) {
        let start = offset
        var directory: [UInt8] = []
        for entry in entries { directory += Self.centralHeader(entry) }
        guard start + directory.count < ZipFormat.sizeLimit else { throw .tooLarge(bytes: start + directory.count) }
        let size = directory.count
        directory.append(little: ZipFormat.endSignature)
        directory.append(little: UInt32(0))
        directory.append(little: UInt16(entries.count))
        directory.append(little: UInt16(entries.count))
        directory.append(little: UInt32(size))
        directory.append(little: UInt32(start))
        directory.append(little: UInt16(0))
        try write(directory)
        try file.finish(size: offset)
        let total = offset
        guard let digest = hash.digest() else { throw .file(path: file.path, reason: "no memory for its SHA-256") }
        return (digest, total)
    }

    private mutating func write(_ bytes: [UInt8]) throws(ArchiveError) {
        bytes.withUnsafeBytes { hash.add($0) }
        try file.write(bytes)
        offset += bytes.count
    }

    private static func localHeader(_ entry: Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(little: ZipFormat.localSignature)
        append(entry, to: &bytes)
        return bytes + entry.name
    }

    private static func centralHeader(_ entry: Entry) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(little: ZipFormat.centralSignature)
        bytes.append(little: UInt16(20))
        append(entry, to: &bytes)
        // Comment, disk and two attributes: none.
        bytes += [UInt8](repeating: 0, count: 10)
        bytes.append(little: entry.offset)
        return bytes + entry.name
    }

    /// What both headers have: version 2.0, flags, method, date, sum, sizes, length of the name, no extra field.
    private static func append(_ entry: Entry, to bytes: inout [UInt8]) {
        bytes.append(little: UInt16(20))
        bytes.append(little: ZipFormat.utf8Flag)
        bytes.append(little: ZipFormat.Method.stored.rawValue)
        bytes.append(little: UInt16(0))
        bytes.append(little: ZipFormat.firstDate)
        bytes.append(little: entry.checksum)
        bytes.append(little: entry.size)
        bytes.append(little: entry.size)
        bytes.append(little: UInt16(entry.name.count))
        bytes.append(little: UInt16(0))
    }
}
