internal import FalClient

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where kept pictures lie: each content once, under its hash, and beside that the names for people.
///
/// A name is a second link to the same file, or a copy where the file system allows no link. All work is blocking: the
/// callers leave the loop for it. Whatever is said to be there is durable.
struct PictureFiles: Sendable {
    /// The folder of the objects, `ab/cdef….jpg`; nil where there is no project, and then only the names are kept.
    let objects: String?
    /// The folder of the names.
    let folder: String

    /// A file's content as it was read.
    struct Content: Equatable {
        let sha256: String
        let size: Int
        let header: PictureHeader?
    }

    /// What became of the wish for a name.
    enum Placement: Equatable {
        case placed
        /// The name is another file's; `isSame` says whether that has the same content.
        case taken(isSame: Bool)
    }

    /// Where a download goes before it is looked at; its folder is there.
    func makeIncomingPath() throws(FalError) -> String {
        let folder = objects ?? folder
        try Folder.create(folder)
        return "\(folder)/\(Self.incomingPrefix)\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"
    }

    /// Makes what was downloaded durable and gives it its place among the objects; returns what it is and where.
    func take(_ incoming: String, ext: (PictureHeader?) -> String) throws(FalError) -> (Content, path: String) {
        let content = try Self.content(of: incoming, makesDurable: true)
        guard let objects else { return (content, incoming) }
        let shelf = "\(objects)/\(content.sha256.prefix(2))"
        let path = "\(shelf)/\(content.sha256.dropFirst(2)).\(ext(content.header))"
        try Folder.create(shelf)
        if (try? Self.content(of: path))?.sha256 == content.sha256 {
            unlink(incoming)
        } else {
            guard rename(incoming, path) == 0 else { throw Self.failure("cannot write", path) }
            try Folder.synchronise(shelf)
            try Folder.synchronise(objects)
        }
        return (content, path)
    }

    /// Gives an object a name below the folder, unless the name is taken.
    func place(_ object: String, _ content: Content, at path: String) throws(FalError) -> Placement {
        let parent = Folder.parent(of: path)
        try Folder.create(parent)
        do throws(FalError) {
            return try place(object, content, at: path, in: parent)
        } catch {
            Folder.removeEmpty(from: parent, to: folder)
            throw error
        }
    }

    private func place(
        _ object: String, _ content: Content, at path: String, in parent: String
    ) throws(FalError) -> Placement {
        if link(object, path) == 0 {
            if objects == nil { unlink(object) }
        } else {
            switch errno {
            case EEXIST: return .taken(isSame: (try? Self.content(of: path))?.sha256 == content.sha256)
            case EXDEV, EPERM, EMLINK, ENOTSUP, EOPNOTSUPP, ENOSYS, EACCES:
                guard try Self.copy(object, to: path) else {
                    return .taken(isSame: (try? Self.content(of: path))?.sha256 == content.sha256)
                }
                if objects == nil { unlink(object) }
            default: throw Self.failure("cannot write", path)
            }
        }
        try Folder.synchronise(parent)
        return .placed
    }

    /// Where an object with that hash lies; nil when it does not, or has become something else.
    func object(_ sha256: String, ext: String) -> String? {
        guard let objects else { return nil }
        let path = "\(objects)/\(sha256.prefix(2))/\(sha256.dropFirst(2)).\(ext)"
        return (try? Self.content(of: path))?.sha256 == sha256 ? path : nil
    }

    func remove(_ incoming: String) {
        unlink(incoming)
    }

    // MARK: One file

    /// Reads a file to its end.
    static func content(of path: String, makesDurable: Bool = false) throws(FalError) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot read", path) }
        defer { close(descriptor) }
        if makesDurable { guard fsync(descriptor) == 0 else { throw failure("cannot write", path) } }
        var hash = SHA256()
        var size = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot read", path) }
            if count == 0 { break }
            hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            size += count
        }
        guard let digest = hash.digest() else { throw FalError(.storage, "cannot hash \(path)") }
        let header = PictureHeader(size: size) { offset, count in
            [UInt8](unsafeUninitializedCapacity: count) { buffer, written in
                written = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
            }
        }
        return Content(sha256: digest, size: size, header: header)
    }

    /// Copies a file to a name that is not taken; false when it is.
    private static func copy(_ source: String, to path: String) throws(FalError) -> Bool {
        // The empty file holds the name for us until the whole one takes its place.
        let place = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard place >= 0 else {
            if errno == EEXIST { return false }
            throw failure("cannot write", path)
        }
        close(place)
        let temporary = "\(path).part-\(getpid())"
        do throws(FalError) {
            try write(source, to: temporary)
        } catch {
            unlink(temporary)
            unlink(path)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let error = failure("cannot write", path)
            unlink(temporary)
            unlink(path)
            throw error
        }
        return true
    }

    private static func write(_ source: String, to path: String) throws(FalError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw failure("cannot read", source) }
        defer { close(input) }
        let output = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard output >= 0 else { throw failure("cannot write", path) }
        defer { close(output) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(input, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure("cannot read", source) }
            if count == 0 { break }
            var rest = buffer[..<count]
            while !rest.isEmpty {
                let written = writeSome(output, UnsafeRawBufferPointer(rebasing: rest))
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw failure("cannot write", path) }
                rest = rest.dropFirst(written)
            }
        }
        guard fsync(output) == 0 else { throw failure("cannot write", path) }
    }

    private static func failure(_ action: String, _ path: String) -> FalError {
        FalError(.storage, "\(action) \(path): \(String(cString: strerror(errno)))")
    }
}

private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
