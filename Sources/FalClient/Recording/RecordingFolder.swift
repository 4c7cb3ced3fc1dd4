package import EventLoop
internal import HTTPTransport
internal import JSON

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The folder of a recording: an exchange a file, `0001.json`, and its bodies that are no text beside it.
@LoopActor
package final class RecordingFolder {
    let path: String

    /// Takes a folder for a new recording; makes it where it is not there. Throws `storage` where something is in it.
    package init(new path: String) throws(FalError) {
        self.path = path
        guard mkdir(path, 0o700) != 0 else { return }
        guard errno == EEXIST else { throw Self.failure("cannot make the folder", path) }
        guard try Self.names(in: path).isEmpty else {
            throw FalError(.storage, "the folder '\(path)' for a recording is not empty: name a new one")
        }
    }

    /// Takes the folder of a recording that was made.
    package init(existing path: String) throws(FalError) {
        self.path = path
        _ = try Self.names(in: path)
    }

    /// In the order in which the requests were sent.
    func exchanges() throws(FalError) -> [RecordedExchange] {
        var exchanges: [RecordedExchange] = []
        for name in try Self.names(in: path) where name.hasSuffix(".json") {
            guard let json = try? JSONValue(parsing: try read(name)), let exchange = RecordedExchange(json) else {
                throw FalError(.storage, "\(path)/\(name) is not an exchange that --record keeps")
            }
            exchanges.append(exchange)
        }
        if exchanges.isEmpty { throw FalError(.storage, "there is no recording in '\(path)'") }
        return exchanges.sorted { $0.number < $1.number }
    }

    func bytes(of body: RecordedBody) throws(FalError) -> [UInt8] {
        switch body {
        case .none, .upload: []
        case .text(let text): Array(text.utf8)
        case .file(let name): try read(name)
        }
    }

    func write(_ exchange: RecordedExchange) throws {
        try write(try JSONValue.object(exchange.json).serialized(.pretty), to: Self.name(exchange.number) + ".json")
    }

    func write(_ bytes: [UInt8], to name: String) throws(TransportError) {
        let file = try DownloadFile(path: "\(path)/\(name)")
        do throws(TransportError) {
            try file.write(bytes)
            try file.finish()
        } catch {
            file.discard()
            throw error
        }
    }

    /// `0001`
    static func name(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    private func read(_ name: String) throws(FalError) -> [UInt8] {
        let file = "\(path)/\(name)"
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("cannot read", file) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            var count = 0
            bytes += [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, filled in
                repeat {
                    #if canImport(Glibc)
                        count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                    #else
                        count = Darwin.read(descriptor, buffer.baseAddress, buffer.count)
                    #endif
                } while count < 0 && errno == EINTR
                filled = max(0, count)
            }
            guard count >= 0 else { throw Self.failure("cannot read", file) }
            if count == 0 { return bytes }
        }
    }

    private static func names(in folder: String) throws(FalError) -> [String] {
        guard let names = FolderNames.read(folder) else { throw failure("cannot read the folder", folder) }
        return names
    }

    private static func failure(_ what: String, _ path: String) -> FalError {
        FalError(.storage, "\(what) '\(path)': \(String(cString: strerror(errno)))")
    }
}
