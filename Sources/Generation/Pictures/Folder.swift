package import FalClient

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A folder on the disk.
package enum Folder {
    /// Makes a folder and those above it, as far as they are not there.
    package static func create(_ path: String) throws(FalError) {
        guard let failed = make(path) else { return }
        throw FalError(.storage, "cannot create folder '\(failed)': \(String(cString: strerror(errno)))")
    }

    /// The folder that a file's path names.
    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Removes a folder and those above it up to `top`, as far as they are empty.
    static func removeEmpty(from folder: String, to top: String) {
        var folder = folder
        while folder.hasPrefix(top), rmdir(folder) == 0, folder != top { folder = parent(of: folder) }
    }

    /// Makes the names in a folder durable.
    static func synchronise(_ path: String) throws(FalError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw FalError(.storage, "cannot open folder '\(path)': \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        // Some file systems of other machines know no such thing (EINVAL): there it is their server's care.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw FalError(.storage, "cannot write folder '\(path)': \(String(cString: strerror(errno)))")
        }
    }

    /// The folder that could not be made, with errno set, or nil.
    private static func make(_ folder: String) -> String? {
        if makeOne(folder) { return nil }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return folder }
        if let failed = make(String(folder[..<slash])) { return failed }
        return makeOne(folder) ? nil : folder
    }

    /// Makes a folder whose name lasts.
    private static func makeOne(_ folder: String) -> Bool {
        guard mkdir(folder, 0o755) == 0 else { return isFolder(folder) }
        // Should it not last, what is put into it says so.
        try? synchronise(parent(of: folder))
        return true
    }

    /// Whether what is in the place of a folder that could not be made is a folder; leaves errno as it is.
    private static func isFolder(_ path: String) -> Bool {
        let number = errno
        defer { errno = number }
        var status = stat()
        return number == EEXIST && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
