import Foundation
import Testing

/// A key of which no part may come out of falhost.
enum SecretKey {
    static let id = "keyid-4711-0815"
    static let secret = "Zx9Qv7Lk3Pw8Rt5Ym2Hn6Jb4Dc1Fg0"
    static let key = "\(id):\(secret)"

    /// Eight bytes of the secret in a row are already too many.
    private static let pieces: [Data] = {
        let bytes = Array(secret.utf8)
        return (0...bytes.count - 8).map { Data(bytes[$0..<$0 + 8]) }
    }()

    static func isIn(_ data: Data) -> Bool { pieces.contains { data.range(of: $0) != nil } }
    static func isIn(_ text: String) -> Bool { isIn(Data(text.utf8)) }
}

/// A project whose home and temporary folder are below it too: whatever a run writes is found there.
struct SecretProject {
    let folder: TemporaryFolder

    init() async throws {
        folder = try TemporaryFolder.project()
        for name in ["home", "tmp"] { try folder.file("\(name)/.keep") }
        _ = try await FalhostProcess.run(
            "avatars", "import", folder.path + "/scripts/lib/demo_avatars.json", folder: folder.url)
    }

    /// Runs falhost with the key (unless `environment` says otherwise) and looks for it in all that comes out.
    @discardableResult
    func run(
        _ arguments: String..., environment: [String: String], location: SourceLocation = #_sourceLocation
    ) async throws -> FalhostProcess {
        try await run(arguments, environment: environment, location: location)
    }

    @discardableResult
    func run(
        _ arguments: [String], environment: [String: String], location: SourceLocation = #_sourceLocation
    ) async throws -> FalhostProcess {
        var all = ["HOME": folder.path + "/home", "TMPDIR": folder.path + "/tmp"]
        if !environment.keys.contains(where: { $0.hasPrefix("FAL_") }) { all["FAL_KEY"] = SecretKey.key }
        let run = try await FalhostProcess.run(
            arguments, environment: all.merging(environment) { $1 }, folder: folder.url)
        #expect(
            !SecretKey.isIn(run.output), "the secret is on standard output: \(run.output)", sourceLocation: location)
        #expect(!SecretKey.isIn(run.errors), "the secret is on standard error: \(run.errors)", sourceLocation: location)
        for file in try files() {
            let contents = try Data(contentsOf: file)
            #expect(!SecretKey.isIn(contents), "the secret is in \(file.path)", sourceLocation: location)
        }
        return run
    }

    private func files() throws -> [URL] {
        let all = FileManager.default.enumerator(at: folder.url, includingPropertiesForKeys: [.isRegularFileKey])
        return try (all?.allObjects as? [URL] ?? []).filter {
            try $0.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true
        }
    }
}
