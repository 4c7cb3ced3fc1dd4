import Foundation
import Testing

@testable import Training

/// Archives that are written, and those that others packed.
@Suite(.timeLimit(.minutes(1)))
struct ZipTests {
    private func write(_ files: [(String, [UInt8])], to path: String) throws -> (sha256: String, size: Int) {
        var writer = try ZipWriter(path: path)
        for (name, bytes) in files {
            var rest = [bytes, []][...]
            try writer.add(name, size: bytes.count, checksum: Checksum.of(bytes)) { () throws(ArchiveError) in
                rest.popFirst() ?? []
            }
        }
        return try writer.finish()
    }

    @Test func `what is packed is what is read`() throws {
        let folder = try TrainingFolder()
        let files: [(String, [UInt8])] = [
            ("a.jpg", Array(0..<200)), ("Анна.txt", Array("[trigger] у моря".utf8)), ("empty", []),
        ]
        let (sha256, size) = try write(files, to: folder.path + "/x.zip")
        let bytes = try folder.bytes("x.zip")
        #expect(bytes.count == size)
        #expect(try PhotoArchive.digest(of: folder.path + "/x.zip") == sha256)
        let archive = try ZipReader(path: folder.path + "/x.zip")
        #expect(archive.entries.map(\.path) == files.map(\.0))
        for (entry, file) in zip(archive.entries, files) { #expect(try archive.bytes(of: entry) == file.1) }
    }

    @Test func `the same photos make the same bytes, whatever was in the file before`() throws {
        let folder = try TrainingFolder()
        let files: [(String, [UInt8])] = [("a", [1, 2, 3]), ("b", [4])]
        try folder.add("second.zip", [UInt8](repeating: 7, count: 5000))
        let first = try write(files, to: folder.path + "/first.zip")
        let second = try write(files, to: folder.path + "/second.zip")
        #expect(first == second)
        #expect(try folder.bytes("first.zip") == folder.bytes("second.zip"))
        #expect(try write([("a", [1, 2, 4]), ("b", [4])], to: folder.path + "/third.zip").sha256 != first.sha256)
    }

    private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: python != nil, "needs python3"))
    func `other programs read what is packed`() throws {
        let folder = try TrainingFolder()
        _ = try write([("a.txt", Array("hello".utf8)), ("фото.txt", Array("x".utf8))], to: folder.path + "/x.zip")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.python))
        process.arguments = [
            "-c",
            "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.namelist(), z.read('a.txt'))",
            folder.path + "/x.zip",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        process.waitUntilExit()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.terminationStatus == 0 && output == "['a.txt', 'фото.txt'] b'hello'\n", "\(output)")
    }

    @Test func `a photo that changes while it is packed is told of`() throws {
        let folder = try TrainingFolder()
        var writer = try ZipWriter(path: folder.path + "/x.zip")
        var pieces: [[UInt8]] = [[1, 2, 4], []]
        #expect(throws: ArchiveError.changed("a")) {
            try writer.add("a", size: 3, checksum: Checksum.of([1, 2, 3])) { () throws(ArchiveError) in
                pieces.removeFirst()
            }
        }
        _ = consume writer
    }

    @Test func `four gigabytes are refused before they are written`() throws {
        let folder = try TrainingFolder()
        var writer = try ZipWriter(path: folder.path + "/x.zip")
        #expect(throws: ArchiveError.self) {
            try writer.add("huge", size: 0xFFFF_FFFF, checksum: 0) { () throws(ArchiveError) in [] }
        }
        _ = consume writer
        #expect(ArchiveError.tooLarge(bytes: 1 << 32).description.contains("4 GiB"))
        #expect(try folder.bytes("x.zip").isEmpty)
    }

    /// Made by Python's zipfile with ZIP_DEFLATED: `caption.txt`, 50 times "noir ".
    private static let deflated = Data(
        base64Encoded: """
            UEsDBBQAAAAIAAAAIQBOktjWCgAAAPoAAAALAAAAY2FwdGlvbi50eHTLy88sUsgbiQQAUEsBAhQDFAAAAAgAAAAhAE6S2NYKAAAA+gAAAAsA\
            AAAAAAAAAAAAAIABAAAAAGNhcHRpb24udHh0UEsFBgAAAAABAAEAOQAAADMAAAAAAA==
            """)

    @Test func `a deflated archive is read`() throws {
        let folder = try TrainingFolder()
        let path = try folder.add("d.zip", Array(try #require(Self.deflated)))
        let zip = try ZipReader(path: path)
        let entry = try #require(zip.entries.first)
        #expect(entry.method == .deflated && entry.size == 250)
        #expect(try zip.bytes(of: entry) == Array(String(repeating: "noir ", count: 50).utf8))
    }

    @Test func `what is no archive, or a damaged one, is told of`() throws {
        let folder = try TrainingFolder()
        #expect(throws: ArchiveError.notZip) { try ZipReader(path: folder.add("a.zip", "no zip at all")) }
        #expect(throws: ArchiveError.notZip) { try ZipReader(path: folder.add("b.zip", "")) }
        _ = try write([("a", Array(repeating: 9, count: 100))], to: folder.path + "/c.zip")
        var bytes = try folder.bytes("c.zip")
        bytes[50] ^= 1
        let zip = try ZipReader(path: folder.add("d.zip", bytes))
        #expect(throws: ArchiveError.damaged("a does not fit its check sum")) { try zip.bytes(of: zip.entries[0]) }
        // Encrypted, and compressed in a way of its own.
        let central = try #require((0..<bytes.count - 4).first { bytes.little32($0) == ZipFormat.centralSignature })
        bytes[central + 8] |= 1
        #expect(throws: ArchiveError.encrypted("a")) { try ZipReader(path: folder.add("e.zip", bytes)) }
        bytes[central + 8] = 0
        bytes[central + 10] = 93
        #expect(throws: ArchiveError.unknownMethod("a", 93)) { try ZipReader(path: folder.add("f.zip", bytes)) }
        bytes[bytes.count - ZipFormat.endSize + 10] = 0xFF
        bytes[bytes.count - ZipFormat.endSize + 11] = 0xFF
        #expect(throws: ArchiveError.zip64) { try ZipReader(path: folder.add("g.zip", bytes)) }
    }
}
