import Foundation
import Testing

/// Colours and progress: which of flag, variables and terminal decides.
@Suite(.timeLimit(.minutes(5)))
struct DisplayOptionsTests {
    private static let red = "\u{1B}[31m"

    static let decisions: [(flags: [String], environment: [String: String], isColoured: Bool)] = [
        ([], ["NO_COLOR": ""], true),
        ([], ["NO_COLOR": "1"], false),
        ([], ["NO_COLOR": "", "TERM": "dumb"], false),
        ([], ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ([], ["NO_COLOR": "", "TERM": "dumb", "CLICOLOR_FORCE": "1"], true),
        ([], ["NO_COLOR": "1", "FALHOST_COLOR": "always"], true),
        (["--color", "never"], ["NO_COLOR": "", "FALHOST_COLOR": "always"], false),
        (["--color", "always"], ["NO_COLOR": "1"], true),
    ]

    @Test(arguments: decisions)
    func theFlagGoesBeforeTheVariablesBeforeTheTerminal(
        flags: [String], environment: [String: String], isColoured: Bool
    ) async throws {
        let home = try TemporaryFolder()
        let terminal = try TerminalFalhost(flags + ["--simulate"], environment: environment, home: home)
        try await terminal.seePrompt("> ")
        terminal.enter("error('no' .. 'thing')")
        try await terminal.see("nothing")
        // What is typed before the prompt is thrown away when the editor takes the terminal.
        try await terminal.seePrompt("> ")
        terminal.type("\u{4}")
        let (status, output) = await terminal.ending()
        #expect(status == 0, "\(output)")
        #expect(output.contains(Self.red) == isColoured, "\(output.debugDescription)")
    }

    @Test func aWordThatIsNoChoiceIsAnError() async throws {
        let flag = try await FalhostProcess.run("stats", "--color", "sometimes")
        #expect(flag.status == 64 && flag.output.isEmpty)
        let variable = try await FalhostProcess.run("stats", environment: ["FALHOST_PROGRESS": "bar"])
        #expect(variable.status == 78)
        #expect(variable.errors == "falhost: FALHOST_PROGRESS: 'bar' is none of auto, plain, none\n")
    }

    /// Shows the progress of a batch on a terminal.
    private func batch(_ flags: [String], _ environment: [String: String] = [:]) async throws -> String {
        let project = try TemporaryFolder.project()
        _ = try await FalhostProcess.run("avatars", "import", "scripts/lib/demo_avatars.json", folder: project.url)
        try project.file("prompts.txt", "one\ntwo\n")
        let home = try TemporaryFolder()
        let terminal = try TerminalFalhost(
            ["batch", "prompts.txt", "--avatar", "demo-anna", "--simulate"] + flags, environment: environment,
            home: home, folder: project.url)
        let (status, output) = await terminal.ending()
        #expect(status == 0, "\(output)")
        return output
    }

    @Test func progressIsALineThatIsRedrawnLinesOrNothing() async throws {
        #expect(try await batch([]).contains("\u{1B}[K"))
        for (flags, environment) in [(["--progress", "plain"], [:]), ([], ["CI": "true"])] {
            let plain = try await batch(flags, environment)
            #expect(!plain.contains("\u{1B}[K"))
            #expect(plain.contains("[2/2]"), "\(plain)")
        }
        let none = try await batch(["--progress", "none"])
        #expect(!none.contains("\u{1B}[K") && !none.contains("[2/2]"), "\(none)")
    }

    @Test func aRelativeStateFolderIsIgnored() async throws {
        let home = try TemporaryFolder()
        let folder = try TemporaryFolder()
        let terminal = try TerminalFalhost(
            ["--simulate"], environment: ["XDG_STATE_HOME": "state"], home: home, folder: folder.url)
        try await terminal.seePrompt("> ")
        terminal.enter("1 + 1")
        try await terminal.seePrompt()
        terminal.type("\u{4}")
        #expect(await terminal.ending().status == 0)
        #expect(FileManager.default.fileExists(atPath: home.path + "/.local/state/falhost/history"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }
}
