package import FalClient
internal import Generation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The zip archive of a training set on this machine.
package struct PhotoArchive: Sendable, Equatable {
    package let path: String
    package let sha256: String
    package let size: Int
    /// It was packed for the upload, and is not needed behind it.
    let isOurs: Bool

    /// Packs photos into a file of a folder, off the loop, or takes the archive that they came in.
    ///
    /// The same photos and captions give the same bytes.
    package static func make(of photos: CheckedPhotos, in folder: String) async throws(FalError) -> PhotoArchive {
        let result = await made(photos, folder)
        do throws(ArchiveError) {
            return try result.get()
        } catch {
            throw FalError(.storage, "the photos cannot be packed: \(error)")
        }
    }

    @concurrent private static func made(
        _ photos: CheckedPhotos, _ folder: String
    ) async -> Result<PhotoArchive, ArchiveError> {
        do throws(ArchiveError) {
            if let path = photos.archive { return .success(try hashed(path)) }
            do throws(FalError) {
                try Folder.create(folder)
            } catch {
                throw .file(path: folder, reason: error.message)
            }
            return .success(try pack(photos.sent, "\(folder)/\(name(photos.sent)).zip"))
        } catch {
            return .failure(error)
        }
    }

    /// Removes what was packed for the upload: it is made again from the photos in no time.
    func remove() {
        if isOurs { unlink(path) }
    }

    private static let pieceSize = 1 << 20

    /// Known before the archive is: a file that a killed process left is written over.
    private static func name(_ facts: [PhotoFacts]) -> String {
        let list = facts.map { "\($0.file.name)\0\($0.sha256)" }.joined(separator: "\n")
        return String((SHA256.digest(of: list) ?? "photos").prefix(32))
    }

    private static func pack(_ facts: [PhotoFacts], _ path: String) throws(ArchiveError) -> PhotoArchive {
        var writer = try ZipWriter(path: path)
        for fact in facts {
            guard case .file(let source) = fact.file.place else { continue }
            let input = try InputFile(path: source)
            var offset = 0
            try writer.add(fact.file.name, size: fact.file.size, checksum: fact.checksum) { () throws(ArchiveError) in
                let piece = try input.read(offset, pieceSize)
                offset += piece.count
                return piece
            }
        }
        let (sha256, size) = try writer.finish()
        return PhotoArchive(path: path, sha256: sha256, size: size, isOurs: true)
    }

    private static func hashed(_ path: String) throws(ArchiveError) -> PhotoArchive {
        let size = try InputFile(path: path).size
        guard size < ZipFormat.sizeLimit else { throw .zip64 }
        return PhotoArchive(path: path, sha256: try digest(of: path), size: size, isOurs: false)
    }

    /// A file's SHA-256.
    static func digest(of path: String) throws(ArchiveError) -> String {
        let file = try InputFile(path: path)
        var hash = SHA256()
        var offset = 0
        while offset < file.size {
            let piece = try file.read(offset, pieceSize)
            if piece.isEmpty { throw .changed(path) }
            piece.withUnsafeBytes { hash.add($0) }
            offset += piece.count
        }
        guard let digest = hash.digest() else { throw .file(path: path, reason: "no memory for its SHA-256") }
        return digest
    }
}
