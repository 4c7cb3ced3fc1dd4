import FalClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The files that somebody named for a training: a folder's, single ones, or those of a zip archive.
struct PhotoSet: Sendable {
    /// In byte order of their names, which is the order in the archive.
    private(set) var files: [PhotoFile] = []
    /// The archive, when it is one already: it is sent as it is.
    private(set) var archive: String?
    private(set) var findings: [TrainingFinding] = []

    /// Reads names and sizes, no photo yet.
    init(paths: [String]) throws(ArchiveError) {
        if paths.count == 1, !Self.isFolder(paths[0]), Self.isArchive(paths[0]) {
            try read(archive: paths[0])
        } else {
            for path in paths { try add(path) }
        }
        files.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private mutating func add(_ path: String) throws(ArchiveError) {
        if Self.isFolder(path) {
            for name in try Self.names(in: path).sorted() {
                let inner = "\(path)/\(name)"
                if Self.isFolder(inner) {
                    findings.append(TrainingFinding(name + "/", .folderWithin))
                } else {
                    try addFile(inner, name)
                }
            }
        } else {
            if Self.isArchive(path) {
                throw .file(path: path, reason: "an archive stands alone: give it without other files, or unpack it")
            }
            try addFile(path, Self.lastPart(path))
        }
    }

    private mutating func addFile(_ path: String, _ name: String) throws(ArchiveError) {
        files.append(PhotoFile(name: name, place: .file(path: path), size: try InputFile(path: path).size))
    }

    private mutating func read(archive path: String) throws(ArchiveError) {
        archive = path
        let zip: ZipReader
        do throws(ArchiveError) {
            zip = try ZipReader(path: path)
        } catch {
            if case .file = error { throw error }
            throw .file(path: path, reason: error.description)
        }
        for entry in zip.entries where !entry.path.hasSuffix("/") {
            let name = Self.lastPart(entry.path)
            // What macOS adds to archives, and hidden files.
            if entry.path.hasPrefix("__MACOSX/") || name.hasPrefix(".") { continue }
            files.append(PhotoFile(name: name, place: .entry(entry, archive: path), size: entry.size))
        }
    }

    private static func isArchive(_ path: String) -> Bool { path.lowercased().hasSuffix(".zip") }

    private static func lastPart(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Hidden files are left out.
    private static func names(in folder: String) throws(ArchiveError) -> [String] {
        guard let names = FolderNames.read(folder) else { throw .failure(folder) }
        return names
    }
}
