#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The content of a `data:` URI (RFC 2397), as `sync_mode` results have them.
package struct DataURI: Sendable, Equatable {
    /// `text/plain` when the URI names none, as the RFC says.
    package let contentType: String
    /// The decoded content.
    package let bytes: [UInt8]

    /// Fails with `malformed_response` when `text` is no data URI.
    package init(_ text: String) throws(FalError) {
        guard text.prefix(5).lowercased() == "data:", let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else {
            throw FalError(.malformedResponse, "not a data URI: data:<type>[;base64],<content> is expected")
        }
        var type = text[..<comma].dropFirst(5)
        let isBase64 = type.lowercased().hasSuffix(";base64")
        if isBase64 { type = type.dropLast(7) }
        contentType = type.isEmpty ? "text/plain" : String(type)
        guard let content = PercentEncoding.decode(text[text.index(after: comma)...]) else {
            throw FalError(.malformedResponse, "a data URI has a percent sign without two hexadecimal digits")
        }
        guard isBase64 else {
            bytes = content
            return
        }
        guard let decoded = Base64.decode(content) else {
            throw FalError(.malformedResponse, "a data URI has content that is not base64")
        }
        bytes = decoded
    }

    /// Writes the content beside `path` and renames it, so that `path` is whole or not there.
    func save(to path: String) throws(FalError) {
        let temporary = "\(path).\(getpid()).part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure(path) }
        let isWritten = Self.writeAll(bytes, descriptor)
        let writeError = errno
        guard close(descriptor) == 0, isWritten, rename(temporary, path) == 0 else {
            if !isWritten { errno = writeError }
            let failure = Self.failure(path)
            unlink(temporary)
            throw failure
        }
    }

    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Self.systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        write(descriptor, bytes.baseAddress, bytes.count)
    }

    private static func failure(_ path: String) -> FalError {
        FalError(.storage, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
}
