import Foundation
import Testing

/// A project with the demo avatars, in which a run must fail well: one clear line, the right exit code, nothing left.
struct BadInput {
    let project: TemporaryFolder

    init() async throws {
        project = try TemporaryFolder.project()
        let run = try await FalhostProcess.run(
            "avatars", "import", project.path + "/scripts/lib/demo_avatars.json", folder: project.url)
        try #require(run.status == 0, "\(run.errors)")
    }

    /// What is in the project, and how large: all but the write-ahead log, which comes and goes with a connection.
    func contents() throws -> [String: Int] {
        var sizes: [String: Int] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: project.path)?.allObjects ?? [] {
            if path.hasSuffix("-wal") || path.hasSuffix("-shm") { continue }
            let attributes = try FileManager.default.attributesOfItem(atPath: project.path + "/" + path)
            sizes[path] = attributes[.type] as? FileAttributeType == .typeRegular ? attributes[.size] as? Int : 0
        }
        return sizes
    }

    /// Runs falhost and expects that it ends with `status`, says one line that contains all `words`, and writes nothing.
    @discardableResult
    func expect(
        _ status: Int32, _ words: [String], from arguments: [String], environment: [String: String] = [:],
        location: SourceLocation = #_sourceLocation
    ) async throws -> FalhostProcess {
        let before = try contents()
        let run = try await FalhostProcess.run(arguments, environment: environment, folder: project.url)
        let after = try contents()
        #expect(run.status == status, "\(run.errors)", sourceLocation: location)
        #expect(run.output.isEmpty, "\(run.output)", sourceLocation: location)
        #expect(run.complaints.count == 1, "\(run.errors)", sourceLocation: location)
        #expect(run.errors.contains("falhost: "), "\(run.errors)", sourceLocation: location)
        for word in words { #expect(run.errors.contains(word), "\(word): \(run.errors)", sourceLocation: location) }
        let written = after.filter { before[$0.key] != $0.value }.keys.sorted()
        let lost = before.keys.filter { after[$0] == nil }.sorted()
        #expect(written == [] && lost == [], sourceLocation: location)
        return run
    }

    /// One generation on the simulator.
    static func generate(_ prompt: String = "a portrait", preset: String? = nil, _ more: String...) -> [String] {
        ["generate", "--simulate", "--avatar", "demo-anna"] + (preset.map { ["--preset", $0] } ?? []) + more + [prompt]
    }
}
