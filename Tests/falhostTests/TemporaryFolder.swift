import Foundation

/// A folder that goes away with its last user.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("falhost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    var path: String { url.path }

    /// Writes a file, with the folders above it, and returns where it is.
    @discardableResult
    func file(_ name: String, contents: Data = Data()) throws -> URL {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try contents.write(to: file)
        return file
    }

    @discardableResult
    func file(_ name: String, _ text: String) throws -> URL {
        try file(name, contents: Data(text.utf8))
    }

    /// A project of its own: the presets and scripts that ship, to be edited freely.
    static func project() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["presets", "scripts"] {
            try FileManager.default.copyItem(
                at: FalhostProcess.repository.appendingPathComponent(name), to: folder.url.appendingPathComponent(name))
        }
        return folder
    }
}
