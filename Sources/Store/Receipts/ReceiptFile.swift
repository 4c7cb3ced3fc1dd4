internal import FalClient
package import Generation
internal import JSON

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Where a picture's receipt lies: in a file of its own beside the picture, and in a PNG in a chunk as well.
///
/// All work is blocking: callers leave the loop for it.
package enum ReceiptFile {
    package enum Failure: Error, Sendable, CustomStringConvertible {
        case cannotRead(path: String, reason: String, isMissing: Bool)
        case cannotWrite(path: String, reason: String)
        /// There is a receipt, and it cannot be used.
        case broken(path: String, ReceiptFault)

        package var description: String {
            switch self {
            case .cannotRead(let path, let reason, _): "cannot read '\(path)': \(reason)"
            case .cannotWrite(let path, let reason): "cannot write '\(path)': \(reason)"
            case .broken(let path, let fault): "'\(path)': \(fault)"
            }
        }
    }

    /// The file beside the picture: `anna.jpg.json`.
    package static func sidecar(of picture: String) -> String { picture + ".json" }

    /// Puts a receipt into a PNG that nobody knows yet; leaves a picture of another format as it is.
    ///
    /// - Parameter receipt: makes it of the picture as fal gave it.
    package static func embed(
        in picture: String, _ receipt: (_ sha256: String, _ width: Int?, _ height: Int?) -> Receipt
    ) throws(Failure) {
        guard try isPNG(picture) else { return }
        let original = try bytes(of: picture)
        guard let png = PNGText(original), let sha256 = SHA256.digest(of: original) else { return }
        let header = PictureHeader(size: original.count) { Array(original.dropFirst($0).prefix($1)) }
        let document = try document(receipt(sha256, header?.width, header?.height), for: picture)
        try replace(picture, with: png.with(document), rights: try rights(of: picture))
    }

    /// Writes the file beside the picture, in one step and with the picture's rights.
    ///
    /// What is there and is no receipt is left as it is, and an error.
    package static func write(_ receipt: Receipt, for picture: String) throws(Failure) {
        let path = sidecar(of: picture)
        let document = try document(receipt, for: picture)
        try checkReplaceable(path)
        try replace(path, with: document + [UInt8(ascii: "\n")], rights: try rights(of: picture) & 0o666)
    }

    /// The picture's receipt: the file's, else the one in the PNG; nil where there is none.
    package static func read(for picture: String) throws(Failure) -> Receipt? {
        let path = sidecar(of: picture)
        do throws(Failure) {
            return try parse(try bytes(of: path), in: path)
        } catch {
            guard case .cannotRead(_, _, isMissing: true) = error else { throw error }
        }
        return try embedded(in: picture)
    }

    /// The receipt in a PNG; nil where there is none.
    package static func embedded(in picture: String) throws(Failure) -> Receipt? {
        guard try isPNG(picture), let text = PNGText(try bytes(of: picture))?.text else { return nil }
        return try parse(text, in: picture)
    }

    private static func document(_ receipt: Receipt, for picture: String) throws(Failure) -> [UInt8] {
        do {
            let text = try receipt.json.serialized(.pretty)
            // No key belongs in a prompt, but whoever put one there does not want it copied.
            return Array(FalCredentials.redact(String(decoding: text, as: UTF8.self)).utf8)
        } catch {
            throw .cannotWrite(path: sidecar(of: picture), reason: "\(error)")
        }
    }

    private static func rights(of picture: String) throws(Failure) -> mode_t {
        var status = stat()
        guard stat(picture, &status) == 0 else { throw unreadable(picture) }
        return status.st_mode & 0o777
    }

    private static func parse(_ text: [UInt8], in path: String) throws(Failure) -> Receipt {
        do throws(ReceiptFault) {
            return try Receipt(parsing: text)
        } catch {
            throw .broken(path: path, error)
        }
    }

    private static func checkReplaceable(_ path: String) throws(Failure) {
        do throws(Failure) {
            _ = try parse(try bytes(of: path), in: path)
        } catch {
            switch error {
            case .cannotRead(_, _, isMissing: true), .broken(_, .field), .broken(_, .newer): return
            case .broken: throw .cannotWrite(path: path, reason: "a file that is no receipt is there")
            case .cannotRead, .cannotWrite: throw error
            }
        }
    }

    // MARK: Files

    private static func isPNG(_ path: String) throws(Failure) -> Bool { PNGText.isPNG(try bytes(of: path, atMost: 8)) }

    /// The SHA-256 of a file, as the index of pictures has it.
    package static func digest(of picture: String) throws(Failure) -> String? {
        SHA256.digest(of: try bytes(of: picture))
    }

    private static func bytes(of path: String, atMost limit: Int = .max) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            var result = 0
            let part = [UInt8](unsafeUninitializedCapacity: min(256 << 10, limit - bytes.count)) { buffer, count in
                result = readSome(descriptor, buffer)
                count = max(0, result)
            }
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { throw unreadable(path) }
            if result == 0 { break }
            bytes += part
        }
        return bytes
    }

    private static func replace(_ path: String, with bytes: [UInt8], rights: mode_t) throws(Failure) {
        let temporary = "\(path).new-\(String(UInt32.random(in: 0...UInt32.max), radix: 36))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unwritable(path) }
        let isWritten = write(bytes, to: descriptor) && fchmod(descriptor, rights) == 0 && fsync(descriptor) == 0
        let failure = unwritable(path)
        close(descriptor)
        guard isWritten else {
            unlink(temporary)
            throw failure
        }
        guard rename(temporary, path) == 0 else {
            let failure = unwritable(path)
            unlink(temporary)
            throw failure
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = writeSome(descriptor, UnsafeRawBufferPointer(rebasing: rest))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }
    }

    private static func unreadable(_ path: String) -> Failure {
        let number = errno
        return .cannotRead(path: path, reason: String(cString: strerror(number)), isMissing: number == ENOENT)
    }

    private static func unwritable(_ path: String) -> Failure {
        .cannotWrite(path: path, reason: String(cString: strerror(errno)))
    }
}

// Inside a type with functions of these names C's cannot be called.
private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}

private func readSome(_ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
