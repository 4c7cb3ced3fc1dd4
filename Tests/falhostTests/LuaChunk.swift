import Foundation
import Testing

/// Runs chunks of Lua as `falhost -e` does.
enum LuaChunk {
    /// What the chunk prints, without the last line feed; a chunk that fails is an issue.
    static func output(_ chunk: String, location: SourceLocation = #_sourceLocation) async throws -> String {
        let run = try await FalhostProcess.run("-e", chunk)
        #expect(run.status == 0, "\(run.errors)", sourceLocation: location)
        return String(run.output.dropLast(run.output.hasSuffix("\n") ? 1 : 0))
    }

    /// The message of the error that the chunk raises, without its traceback.
    static func error(_ chunk: String, location: SourceLocation = #_sourceLocation) async throws -> String {
        let run = try await FalhostProcess.run("-e", chunk)
        #expect(run.status == 1, "\(run.errors)", sourceLocation: location)
        let line = run.errors.prefix { $0 != "\n" }
        #expect(line.hasPrefix("falhost: "), sourceLocation: location)
        return String(line.dropFirst("falhost: ".count))
    }
}
