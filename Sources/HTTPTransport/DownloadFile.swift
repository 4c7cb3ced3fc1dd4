package import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a download: written under a temporary name beside its place, then renamed.
///
/// It outlives a broken connection: the next request asks for what is missing (`Transport.download(_:into:)`). Writes are
/// plain ones in libcurl's callback: a picture's few megabytes go to the page cache in about a millisecond each, and
/// handing them to another thread would cost copies and a queue of their own. No fsync: whoever keeps the file sees to
/// that, off the loop.
@LoopActor
package final class DownloadFile {
    /// Bytes written so far.
    package private(set) var size = 0
    /// What says that the server's file is still the one that this is the beginning of: a strong `ETag`, else
    /// `Last-Modified` (RFC 9110 §13.1.5).
    private(set) var validator: String?
    private let path: String
    private nonisolated let temporaryPath: String
    private var descriptor: Int32
    private static var lastNumber = 0

    /// Creates the temporary file, so that a folder that cannot be written is known before anything is sent.
    package init(path: String) throws(TransportError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw .file("cannot write", path, EISDIR, delivery: .impossible)
        }
        Self.lastNumber += 1
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
        // A name may have 255 bytes; what it ends in does not matter here.
        let name = String(decoding: path[slash...].utf8.prefix(200), as: UTF8.self)
        self.path = path
        temporaryPath = "\(path[..<slash]).\(name).part-\(getpid())-\(Self.lastNumber)"
        descriptor = open(temporaryPath, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .file("cannot write", path, errno, delivery: .impossible) }
    }

    /// Adds bytes at the end.
    package func write(_ bytes: [UInt8]) throws(TransportError) {
        let result: Result<Void, TransportError> = bytes.withUnsafeBytes { bytes in
            do throws(TransportError) {
                return .success(try write(bytes))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(TransportError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            #if canImport(Glibc)
                let written = Glibc.write(descriptor, part.baseAddress, part.count)
            #elseif canImport(Darwin)
                let written = Darwin.write(descriptor, part.baseAddress, part.count)
            #endif
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw .file("cannot write", path, errno, delivery: .possible) }
            rest = rest.dropFirst(written)
        }
        size += bytes.count
    }

    /// Takes in the head of a 2xx response: the body is the whole file, or what is missing of it; false when it is neither.
    func accept(_ head: HTTPResponseHead) throws(TransportError) -> Bool {
        if head.status == 206 { return size > 0 && Self.start(of: head) == size }
        try restart()
        let tag = head.headers["ETag"].flatMap { $0.hasPrefix("W/") ? nil : $0 }
        validator = tag ?? head.headers["Last-Modified"]
        return true
    }

    /// `bytes 500-999/1000` begins at 500.
    private static func start(of head: HTTPResponseHead) -> Int? {
        guard let range = head.headers["Content-Range"], range.lowercased().hasPrefix("bytes ") else { return nil }
        return Int(range.dropFirst(6).prefix { $0 != "-" })
    }

    /// Forgets what was written.
    package func restart() throws(TransportError) {
        validator = nil
        guard size > 0 else { return }
        guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw .file("cannot write", path, errno, delivery: .possible)
        }
        size = 0
    }

    /// Up to `count` bytes from `offset` of what was written.
    package func bytes(at offset: Int, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
            written = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
        }
    }

    /// Gives the file its name, over a file that has it already.
    package func finish() throws(TransportError) {
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporaryPath, path) == 0 else {
            let code = errno
            unlink(temporaryPath)
            throw .file("cannot write", path, code, delivery: .possible)
        }
    }

    /// Removes what was written; does nothing after `finish()`.
    package func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporaryPath)
        size = 0
    }
}
