#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that is written from its beginning to its end.
final class OutputFile {
    let path: String
    private let descriptor: Int32

    init(path: String) throws(ArchiveError) {
        self.path = path
        // Not truncated: two processes that pack the same photos write the same bytes.
        descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .failure(path) }
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) throws(ArchiveError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                #if canImport(Glibc)
                    Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                #else
                    Darwin.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                #endif
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .failure(path) }
            written += count
        }
    }

    /// Cuts off what was there before.
    func finish(size: Int) throws(ArchiveError) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw .failure(path) }
    }
}

extension ArchiveError {
    /// With the words of errno.
    static func failure(_ path: String) -> ArchiveError { .file(path: path, reason: String(cString: strerror(errno))) }
}
