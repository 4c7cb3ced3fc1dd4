#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is read in pieces.
final class InputFile {
    let path: String
    let size: Int
    private let descriptor: Int32

    /// Refuses what is no regular file.
    init(path: String) throws(ArchiveError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .failure(path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            close(descriptor)
            throw .failure(path)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .file(path: path, reason: "it is no file")
        }
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    /// Up to so many bytes from an offset; fewer at the end only.
    func read(_ offset: Int, _ count: Int) throws(ArchiveError) -> [UInt8] {
        let wanted = max(0, min(count, size - offset))
        var bytes = [UInt8](repeating: 0, count: wanted)
        var filled = 0
        while filled < wanted {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: filled), wanted - filled, off_t(offset + filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .failure(path) }
            if count == 0 { break }
            filled += count
        }
        bytes.removeLast(wanted - filled)
        return bytes
    }
}
