internal import Generation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The folder that a database file lies in.
enum DatabaseFolder {
    /// Creates the folder above `path` with all that are missing above it.
    static func create(above path: String) throws(GenerationError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        try create(String(path[..<slash]))
    }

    private static func create(_ folder: String) throws(GenerationError) {
        if mkdir(folder, 0o777) == 0 { return }
        if errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex {
            try create(String(folder[..<slash]))
            if mkdir(folder, 0o777) == 0 { return }
        }
        let number = errno
        // A file in the folder's place is told by the opening that follows, with the database's own path.
        guard number == EEXIST else {
            throw .storage(path: folder, .cannotCreateFolder(reason: StorageFault.systemText(number)))
        }
    }
}
