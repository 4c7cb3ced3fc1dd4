import FalClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files that commands write for people to keep.
enum NewFile {
    /// Writes a whole file, with the folders above it; what was there is replaced only when all is written.
    static func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        try createFolder(Project.parent(path.hasPrefix("/") ? path : Environment.currentFolder + "/" + path))
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("write", path) }
        let isWritten = Console.write(bytes, to: descriptor)
        let number = errno
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            if !isWritten { errno = number }
            let error = failure("write", path)
            unlink(temporary)
            throw error
        }
    }

    static func exists(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    /// The names in a folder; none where there is no such folder.
    static func names(in folder: String) -> [String] {
        FolderNames.read(folder, hidden: true) ?? []
    }

    private static func createFolder(_ folder: String) throws {
        if Project.isFolder(folder) { return }
        let parent = Project.parent(folder)
        if parent != folder { try createFolder(parent) }
        if mkdir(folder, 0o755) != 0, !Project.isFolder(folder) { throw failure("create folder", folder) }
    }

    private static func failure(_ action: String, _ path: String) -> CommandError {
        CommandError(.cannotCreate, "cannot \(action) '\(path)': \(String(cString: strerror(errno)))")
    }
}
