#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that a picture is in.
enum PictureFile {
    /// All of it.
    static func read(_ path: String) throws(PictureError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable("not a file") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        bytes.removeLast(bytes.count - (try fill(&bytes, from: descriptor)))
        return bytes
    }

    /// How many bytes there were until the end.
    private static func fill(_ bytes: inout [UInt8], from descriptor: Int32) throws(PictureError) -> Int {
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled, off_t(filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private static func failure() -> PictureError { .unreadable(String(cString: strerror(errno))) }
}
