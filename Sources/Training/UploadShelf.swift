internal import EventLoop
internal import FalClient
internal import Generation
internal import JSON

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is remembered of uploads, so that a set of photos is sent once and an upload that was cut off goes on: one small
/// file for each SHA-256 and server.
struct UploadShelf: Sendable {
    enum Record: Sendable, Equatable {
        case partial(PartialUpload)
        case done(url: String, time: Timestamp)
    }
    private let folder: String
    private let server: String

    /// - Parameter server: what is on one server's storage is not on another's.
    init(folder: String, server: String) {
        self.folder = folder
        self.server = server
    }

    /// Nil also where the file cannot be read: then the photos are sent anew, which costs time and nothing else.
    @concurrent func record(_ sha256: String) async -> Record? {
        guard let file = try? InputFile(path: path(sha256)), let bytes = try? file.read(0, file.size),
            let json = try? JSONValue(parsing: bytes)
        else { return nil }
        if let url = json["url"]?.stringValue, let time = json["uploaded"]?.stringValue.flatMap(Timestamp.init) {
            return .done(url: url, time: time)
        }
        return json["partial"].flatMap { PartialUpload($0) }.map { .partial($0) }
    }

    func save(_ record: Record, of sha256: String) async throws(FalError) {
        try await write(record, sha256).get()
    }

    @concurrent private func write(_ record: Record, _ sha256: String) async -> Result<Void, FalError> {
        let json: JSONObject =
            switch record {
            case .partial(let partial): ["partial": .object(partial.json)]
            case .done(let url, let time): ["url": .string(url), "uploaded": .string(time.description)]
            }
        let path = path(sha256)
        do throws(FalError) {
            try Folder.create(folder)
            let new = "\(path).new"
            do throws(ArchiveError) {
                guard let bytes = try? json.serialized() else { return .success(()) }
                let file = try OutputFile(path: new)
                try file.write(bytes)
                try file.finish(size: bytes.count)
            } catch {
                throw FalError(.storage, "what was uploaded cannot be remembered: \(error)")
            }
            guard rename(new, path) == 0 else {
                throw FalError(.storage, "\(path): \(String(cString: strerror(errno)))")
            }
            return .success(())
        } catch {
            return .failure(error)
        }
    }

    private func path(_ sha256: String) -> String {
        let place = server.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "-") ? $0 : "_" }
        return "\(folder)/\(sha256)@\(String(place)).json"
    }
}
