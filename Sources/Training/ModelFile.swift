internal import EventLoop
internal import FalClient
internal import Generation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files of weights on this machine, each under the SHA-256 of its content.
struct ModelFolder: Sendable {
    let path: String

    func file(_ sha256: String) -> String { "\(path)/\(sha256).safetensors" }

    func has(_ sha256: String) -> Bool { access(file(sha256), R_OK) == 0 }

    /// Fetches a file; returns its SHA-256 and its size in bytes.
    @LoopActor
    func keep(_ url: String, with client: FalClient) async throws(FalError) -> (sha256: String, size: Int64) {
        let folder = path
        try await offLoop { () throws(FalError) in try Folder.create(folder) }
        let incoming = "\(folder)/.incoming-\(UInt32.random(in: .min ... .max))"
        let size = try await client.download(url, to: incoming).size
        return try await offLoop { () throws(FalError) in
            do throws(ArchiveError) {
                let sha256 = try PhotoArchive.digest(of: incoming)
                guard rename(incoming, file(sha256)) == 0 else { throw .failure(incoming) }
                return (sha256, Int64(size))
            } catch {
                unlink(incoming)
                throw FalError(.storage, "the file of weights cannot be kept: \(error)")
            }
        }
    }
}
