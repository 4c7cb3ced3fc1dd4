import Foundation
import TestSupport
import Testing

/// Prometheus' own check of what falhost tells it.
enum Promtool {
    /// `promtool check metrics` has nothing to say against the text; where it is not installed, that is said.
    static func check(_ metrics: String, location: SourceLocation = #_sourceLocation) async throws {
        let places = ["/usr/bin/promtool", "/usr/local/bin/promtool"]
        guard let tool = places.first(where: FileManager.default.isExecutableFile) else {
            print("promtool (Debian's prometheus) is not there: the text is not checked with it")
            return
        }
        let folder = try TemporaryFolder()
        let input = try folder.file("metrics", metrics)
        let output = folder.url.appendingPathComponent("output")
        let status = try await ChildProcess(
            tool, ["check", "metrics"], environment: [:], folder: folder.path, input: input.path, output: output.path,
            errors: folder.path + "/errors"
        ).ending()
        let said = try String(contentsOf: output, encoding: .utf8)
        let errors = try String(contentsOfFile: folder.path + "/errors", encoding: .utf8)
        #expect(status == 0 && said.isEmpty && errors.isEmpty, "\(said)\(errors)", sourceLocation: location)
    }
}
