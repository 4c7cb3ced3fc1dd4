import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A path as bytes, which need not be UTF-8, and what is done to the file or folder there. Everything waits for the disk.
struct FilePath: Sendable {
    /// Why something was not done: one line with the path and the system's words.
    struct Failure: Error {
        let message: String
    }

    enum Kind: String, Sendable {
        case file, folder, other
    }

    struct Status: Sendable {
        let type: Kind
        /// Bytes.
        let size: Int
        /// Seconds since 1970.
        let modified: Double
    }

    /// With the zero byte that C wants.
    let cString: [CChar]

    /// Nil when it is empty or has a zero byte.
    init?(_ bytes: [UInt8]) {
        if bytes.isEmpty || bytes.contains(0) { return nil }
        cString = bytes.map { CChar(bitPattern: $0) } + [0]
    }

    private init(cString: [CChar]) {
        self.cString = cString
    }

    /// The parts with one slash between them; empty ones are left out.
    static func joined(_ parts: [[UInt8]]) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        var result: [UInt8] = []
        for part in parts where !part.isEmpty {
            if result.isEmpty {
                result = part
                continue
            }
            while result.last == slash { result.removeLast() }
            result += [slash] + part.drop { $0 == slash }
        }
        return result
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    private var bytes: [UInt8] { cString.dropLast().map { UInt8(bitPattern: $0) } }

    func failure(_ action: String, _ code: Int32 = errno) -> Failure {
        Failure(message: "cannot \(action) '\(text)': \(String(cString: strerror(code)))")
    }

    // MARK: Looking

    /// Nil when nothing is there. A symbolic link is what it leads to.
    func status() throws -> Status? {
        var status = stat()
        guard stat(cString, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("look at")
        }
        let type: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            default: .other
            }
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        return Status(
            type: type, size: Int(status.st_size), modified: Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000)
    }

    /// What is in the folder, in the order of the bytes.
    func names() throws -> [[UInt8]] {
        guard let directory = opendir(cString) else { throw failure("list") }
        defer { closedir(directory) }
        var names: [[UInt8]] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { [UInt8]($0.prefix { $0 != 0 }) }
            if name != [46], name != [46, 46] { names.append(name) }
        }
        return Self.sorted(names)
    }

    /// The paths that match it as a pattern (`*`, `?`, `[a-z]`; POSIX glob), in the order of the bytes.
    func matches() throws -> [[UInt8]] {
        var found = glob_t()
        defer { globfree(&found) }
        // A folder that is not there has nothing that matches; one that cannot be read is an error.
        switch glob(cString, 0, { _, code in code == ENOENT || code == ENOTDIR ? 0 : 1 }, &found) {
        case 0: break
        case GLOB_NOMATCH: return []
        default: throw failure("look for")
        }
        var paths: [[UInt8]] = []
        for index in 0..<Int(found.gl_pathc) {
            guard let path = found.gl_pathv[index] else { continue }
            paths.append([UInt8](UnsafeRawBufferPointer(start: path, count: strlen(path))))
        }
        return Self.sorted(paths)
    }

    private static func sorted(_ names: [[UInt8]]) -> [[UInt8]] { names.sorted { $0.lexicographicallyPrecedes($1) } }

    // MARK: Reading

    private static let mostToRead = 1 << 30

    /// All bytes of a file.
    func read() throws -> [UInt8] {
        let descriptor = open(cString, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read") }
        if status.st_mode & S_IFMT == S_IFDIR { throw failure("read", EISDIR) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(status.st_size), Self.mostToRead) + 1)
        while true {
            var result = 0
            let part = [UInt8](unsafeUninitializedCapacity: 256 << 10) { buffer, count in
                #if canImport(Glibc)
                    result = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                #elseif canImport(Darwin)
                    result = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
                #endif
                count = max(0, result)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw failure("read") }
            if result == 0 { return bytes }
            bytes += part
            if bytes.count > Self.mostToRead {
                throw Failure(message: "cannot read '\(text)': it has more than 1 GiB; io.open reads it in parts")
            }
        }
    }

    // MARK: Writing

    /// Puts a file with these bytes in the place of what is there: whoever looks sees the old one or the new one, whole.
    ///
    /// The mode stays; a symbolic link stays and what it leads to is replaced.
    func replace(by bytes: [UInt8]) throws {
        let target = resolved()
        var status = stat()
        let isThere = stat(target.cString, &status) == 0
        if isThere, status.st_mode & S_IFMT == S_IFDIR { throw failure("write", EISDIR) }
        // A device or a pipe has no old bytes to keep, and must not become a file.
        if isThere, status.st_mode & S_IFMT != S_IFREG { return try append(bytes) }
        let temporary = target.temporaryNeighbour()
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure("write") }
        do {
            try write(bytes, to: descriptor)
            guard !isThere || fchmod(descriptor, status.st_mode & 0o7777) == 0, fsync(descriptor) == 0 else {
                throw failure("write")
            }
        } catch {
            close(descriptor)
            unlink(temporary)
            throw error
        }
        guard close(descriptor) == 0, Self.move(temporary, target.cString) else {
            let failure = failure("write")
            unlink(temporary)
            throw failure
        }
    }

    /// Adds the bytes at the end of the file, which is made when it is not there.
    func append(_ bytes: [UInt8]) throws {
        let descriptor = open(cString, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure("write") }
        defer { close(descriptor) }
        try write(bytes, to: descriptor)
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { part in
                #if canImport(Glibc)
                    Glibc.write(descriptor, part.baseAddress, part.count)
                #elseif canImport(Darwin)
                    Darwin.write(descriptor, part.baseAddress, part.count)
                #endif
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("write") }
            rest = rest.dropFirst(written)
        }
    }

    /// The path behind symbolic links, where there is one.
    private func resolved() -> FilePath {
        guard let real = realpath(cString, nil) else { return self }
        defer { free(real) }
        return FilePath(cString: Array(UnsafeBufferPointer(start: real, count: strlen(real) + 1)))
    }

    private static let lastNumber = Atomic<Int>(0)

    /// A hidden name beside it that nobody else takes. A name may have 255 bytes; what it ends in does not matter here.
    private func temporaryNeighbour() -> [CChar] {
        let slash = cString.lastIndex(of: CChar(UInt8(ascii: "/"))).map { $0 + 1 } ?? 0
        let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
        let name = cString[slash...].dropLast().prefix(200)
        return Array(cString[..<slash] + ".".utf8CString.dropLast() + name + ".new-\(getpid())-\(number)".utf8CString)
    }

    /// Makes the folder and those above it; one that is there is fine.
    func makeFolder() throws {
        let bytes = bytes
        var end = bytes.startIndex
        while end < bytes.endIndex {
            end = bytes[(end + 1)...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
            let folder = FilePath(cString: Array(cString[..<end]) + [0])
            if mkdir(folder.cString, 0o777) == 0 { continue }
            let code = errno
            if try folder.status()?.type == .folder { continue }
            throw failure("make the folder", code == EEXIST && end < bytes.endIndex ? ENOTDIR : code)
        }
    }

    /// Removes a file, or a folder that is empty.
    func remove() throws {
        #if canImport(Glibc)
            let result = Glibc.remove(cString)
        #elseif canImport(Darwin)
            let result = Darwin.remove(cString)
        #endif
        guard result == 0 else { throw failure("remove") }
    }

    /// Gives the file or folder another path, over a file that has it.
    func rename(to name: [UInt8]) throws {
        guard let path = FilePath(name) else {
            throw Failure(message: "cannot rename '\(text)': the new path is empty or has a zero byte")
        }
        guard Self.move(cString, path.cString) else {
            let code = errno
            throw Failure(
                message: "cannot rename '\(text)' to '\(path.text)': \(String(cString: strerror(code)))")
        }
    }

    private static func move(_ old: [CChar], _ new: [CChar]) -> Bool {
        #if canImport(Glibc)
            Glibc.rename(old, new) == 0
        #elseif canImport(Darwin)
            Darwin.rename(old, new) == 0
        #endif
    }
}
