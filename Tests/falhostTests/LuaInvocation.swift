import Foundation
import Testing

/// One command line of lua(1), with what it finds around it.
struct LuaInvocation: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    var input = ""
    var environment: [String: String] = [:]
    var files: [String: String] = [:]

    init(
        _ arguments: String..., input: String = "", environment: [String: String] = [:], files: [String: String] = [:]
    ) {
        self.arguments = arguments
        self.input = input
        self.environment = environment
        self.files = files
    }

    var testDescription: String {
        (environment.map { "\($0)=\($1)" } + ["lua"] + arguments).joined(separator: " ")
            + (input.isEmpty ? "" : " < \(input.debugDescription)")
            + files.sorted { $0.key < $1.key }.map { "; \($0): \($1.debugDescription)" }.joined()
    }

    /// Runs it with `program` under the name "lua5.4", so that messages and `arg` are the same whatever it is.
    func run(with program: URL) async throws -> FalhostProcess {
        let folder = try TemporaryFolder()
        for (name, text) in files { _ = try folder.file(name, contents: Data(text.utf8)) }
        let names = try TemporaryFolder()
        let link = names.url.appendingPathComponent("lua5.4")
        try FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
        let run = try await RunningFalhost(
            arguments, environment: environment, input: Data(input.utf8), folder: folder.url, executable: link
        ).ending()
        return FalhostProcess(
            status: run.status, output: run.output.replacingOccurrences(of: link.path, with: "lua5.4"),
            errors: run.errors.replacingOccurrences(of: link.path, with: "lua5.4"))
    }
}
