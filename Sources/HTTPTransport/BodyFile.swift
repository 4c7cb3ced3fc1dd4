#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A part of a file as (a piece of) a request's body, read while libcurl sends it.
///
/// The reads are plain ones on the loop's thread: 64 KiB from the page cache take less time than handing them over.
final class BodyFile {
    let count: Int
    private let descriptor: Int32
    private let path: String
    private let start: Int

    /// Opens `path` for its bytes `offset..<offset + count`, or for all of them; refuses a part that is not there.
    init(path: String, offset: Int = 0, count: Int? = nil) throws(TransportError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file("cannot read", path, errno, delivery: .impossible) }
        var status = stat()
        let known = fstat(descriptor, &status) == 0
        let size = known ? Int(status.st_size) : 0
        start = offset
        self.path = path
        self.count = count ?? max(0, size - offset)
        guard known, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw TransportError(.file, delivery: .impossible, message: "cannot read \(path): not a regular file")
        }
        guard offset >= 0, self.count >= 0, offset <= size, self.count <= size - offset else {
            close(descriptor)
            throw TransportError(
                .file, delivery: .impossible,
                message: "cannot read \(path): it has \(size) bytes, fewer than the part that is to be sent")
        }
    }

    deinit {
        close(descriptor)
    }

    /// The bytes from `position` into `buffer`; their number, 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at position: Int) throws(TransportError) -> Int {
        let wanted = min(buffer.count, count - position)
        if wanted <= 0 { return 0 }
        let got = pread(descriptor, buffer.baseAddress, wanted, off_t(start + position))
        guard got > 0 else {
            throw .file("cannot read", path, got == 0 ? ENODATA : errno, delivery: .possible)
        }
        return got
    }
}
