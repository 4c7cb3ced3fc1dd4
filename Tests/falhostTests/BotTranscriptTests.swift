import Foundation
import Testing

/// From photos to a picture in a chat, with falhost killed on the way: what `make bot-transcript` shows.
@Suite(.timeLimit(.minutes(5)))
struct BotTranscriptTests {
    private static let hasCurl = FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")

    @Test(.enabled(if: hasCurl, "curl, which writes to the bot, is not there"))
    func photosBecomeAPictureInAChatThoughFalhostIsKilledTwice() async throws {
        let script = FalhostProcess.repository.appendingPathComponent("Tests/BotTranscript/run").path
        let server = FalhostProcess.executable.deletingLastPathComponent().appendingPathComponent("BotAPIServer").path
        let run = try await RunningFalhost(
            [script], environment: ["FALHOST": FalhostProcess.executable.path, "BOT_API": server],
            executable: URL(fileURLWithPath: "/bin/bash")
        ).ending()
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(run.output.split(separator: "\n").count { $0 == "Killed" } == 2, "\(run.output)")
        #expect(run.output.contains("an earlier run began this training: it was not paid for again\nanna\n"))
        #expect(run.output.contains("sendPhoto\t"))
        #expect(run.output.hasSuffix("2 (a training, a picture); pictures delivered: 1\n"), "\(run.output)")
    }
}
