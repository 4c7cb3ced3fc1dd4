import HTTPTransport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is uploaded.
package enum UploadContent: Sendable {
    case file(String)
    case bytes([UInt8])

    /// Fails with `storage` when the file is missing, unreadable or no file.
    func size() throws(FalError) -> Int {
        switch self {
        case .bytes(let bytes): bytes.count
        case .file(let path): try Self.sizeOfFile(path)
        }
    }

    private static func sizeOfFile(_ path: String) throws(FalError) -> Int {
        var facts = stat()
        guard stat(path, &facts) == 0, access(path, R_OK) == 0 else {
            throw FalError(.storage, "cannot read \(path): \(String(cString: strerror(errno)))")
        }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw FalError(.storage, "cannot upload \(path): not a file") }
        return Int(facts.st_size)
    }

    var body: HTTPRequest.Body {
        switch self {
        case .file(let path): .file(path: path)
        case .bytes(let bytes): .bytes(bytes)
        }
    }

    func part(_ range: Range<Int>) -> HTTPRequest.Body {
        switch self {
        case .file(let path): .filePart(path: path, offset: range.lowerBound, count: range.count)
        case .bytes(let bytes): .bytes(Array(bytes[range]))
        }
    }

    /// The last part of a file's path.
    var name: String? {
        guard case .file(let path) = self else { return nil }
        return path.split(separator: "/").last.map(String.init)
    }
}
