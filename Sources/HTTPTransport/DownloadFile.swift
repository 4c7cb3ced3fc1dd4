internal import EventLoop

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a download: written under a temporary name beside its place, then renamed.
///
/// Writes are plain ones in libcurl's callback: a picture's few megabytes go to the page cache in about a millisecond
/// each, and handing them to another thread would cost copies and a queue of their own. No fsync: a picture can be
/// downloaded again.
@LoopActor
final class DownloadFile {
    private(set) var size = 0
    private let path: String
    private nonisolated let temporaryPath: String
    private var descriptor: Int32
    private static var lastNumber = 0

    /// Creates the temporary file, so that a folder that cannot be written is known before anything is sent.
    init(path: String) throws(TransportError) {
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
        descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw .file("cannot write", path, errno, delivery: .impossible) }
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

    /// Gives the file its name, over a file that has it already.
    func finish() throws(TransportError) {
        let closed = close(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporaryPath, path) == 0 else {
            let code = errno
            unlink(temporaryPath)
            throw .file("cannot write", path, code, delivery: .possible)
        }
    }

    /// Removes what was written; does nothing after `finish()`.
    func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporaryPath)
        size = 0
    }
}
