import Foundation
import TestSupport
import Testing

/// The interactive prompt, on a real terminal.
@Suite(.timeLimit(.minutes(5)))
struct REPLTests {
    private let home: TemporaryFolder

    init() throws {
        home = try TemporaryFolder()
    }

    private func start(
        _ arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> TerminalFalhost {
        // The project is the repository's; what is paid for goes into a ledger of the test's own.
        let ledger = ["FALHOST_DB": home.path + "/falhost.db"]
        let falhost = try TerminalFalhost(arguments, environment: ledger.merging(environment) { $1 }, home: home)
        try await falhost.see("Ctrl-D ends.")
        try await falhost.seePrompt()
        return falhost
    }

    @Test func theValuesOfExpressionsAreShownAndThoseOfStatementsAreNot() async throws {
        let falhost = try await start()
        falhost.enter("x = 20 + 1")
        try await falhost.seePrompt()
        falhost.enter("x * 2, { b = 'мир', 1 }")
        try await falhost.see("\n42\t{ 1, b = \"мир\" }")
        try await falhost.seePrompt()
        falhost.enter("_ + 1")
        try await falhost.see("\n43")
        falhost.enter("nothing")
        try await falhost.see("\nnil")
    }

    @Test func inputGoesOnUntilItIsComplete() async throws {
        let falhost = try await start()
        falhost.enter("for i = 1, 2 do")
        try await falhost.seePrompt("\n>> ")
        falhost.enter("print('line', i)")
        try await falhost.seePrompt("\n>> ")
        falhost.enter("end")
        try await falhost.see("line\t1\r\nline\t2")
        try await falhost.seePrompt()
        falhost.enter("= (1 +")
        try await falhost.seePrompt("\n>> ")
        falhost.enter("41)")
        try await falhost.see("\n42")
    }

    @Test func callsWait() async throws {
        let falhost = try await start(["--simulate"])
        falhost.enter("task.sleep(0.05) return 'slept'")
        try await falhost.see("\n\"slept\"")
        falhost.enter("u = fal.subscribe('fal-ai/flux-lora', { prompt = 'x' }) return type(u)")
        try await falhost.see("\n\"table\"")
    }

    @Test func cyrillicIsEditedAsCharacters() async throws {
        let falhost = try await start()
        falhost.type("s = 'привт ы\u{7F}мир'")
        // To the place between the first word's last two letters: five characters and the quote back.
        for _ in 0..<6 { falhost.type("\u{1B}[D") }
        falhost.enter("е")
        try await falhost.seePrompt()
        falhost.enter("s, #s")
        try await falhost.see("\n\"привет мир\"\t19")
    }

    @Test(arguments: ["C", "C.UTF-8"])
    func cyrillicWorksWhateverTheLocale(locale: String) async throws {
        let falhost = try await start(environment: ["LANG": locale, "LC_ALL": locale])
        falhost.enter("'ё' .. 'ж'")
        try await falhost.see("\n\"ёж\"")
    }

    @Test func tabCompletesNamesAndShowsWhatIsAmbiguous() async throws {
        let falhost = try await start()
        falhost.type("coroutine.wr\t")
        try await falhost.see("ap")
        falhost.enter(" == coroutine.wrap")
        try await falhost.see("\ntrue")
        try await falhost.seePrompt()
        falhost.type("string.re\t")
        try await falhost.see("\nrep")
        try await falhost.see("reverse")
        try await falhost.see("> string.re")
        falhost.enter("p('ab', 2)")
        try await falhost.see("\n\"abab\"")
    }

    @Test func controlCStopsABusyLoop() async throws {
        let falhost = try await start()
        falhost.enter("print 'looping' while true do end")
        try await falhost.see("\nlooping")
        falhost.type("\u{3}")
        try await falhost.see("stdin:1: interrupted!")
        try await falhost.seePrompt()
        falhost.enter("6 * 7")
        try await falhost.see("\n42")
    }

    @Test func aLineThatNothingCanWakeEndsWithAnError() async throws {
        let falhost = try await start()
        falhost.enter("task.channel():receive()")
        try await falhost.see("deadlock: 1 task waits, and nothing can wake it")
        try await falhost.see("stdin:1: the script waits for a value in a channel (channel:receive)")
        try await falhost.seePrompt()
    }

    @Test func aLineKeepsToTheLimitsAndTheNextOneRuns() async throws {
        let falhost = try await start(["--max-burst", "0.2", "--max-memory", "8M"])
        for (line, answer) in [
            ("while true do end", "stdin:1: the script ran for 0.2 s without a wait"),
            ("while true do pcall(function() while true do end end) end", "the script ran for 0.2 s without a wait"),
            ("setmetatable({}, {__tostring = function() while true do end end})", "whose __tostring fails)"),
        ] {
            falhost.enter(line)
            try await falhost.see(answer)
            try await falhost.seePrompt()
        }
        falhost.enter("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(65536) .. i end")
        try await falhost.see("the script needs more than 8 MiB of memory (--max-memory sets the limit)")
        try await falhost.seePrompt()
        falhost.enter("#('x'):rep(1 << 20)")
        try await falhost.see("\n1048576")
        falhost.enter("task.spawn(function() while true do end end) return 'spawned'")
        try await falhost.see("spawned at stdin:1 failed: stdin:1: the script ran for 0.2 s without a wait")
        falhost.enter("6 * 7")
        try await falhost.see("\n42")
    }

    @Test func controlCStopsAWaitAndNothingElse() async throws {
        let falhost = try await start()
        falhost.enter("other = task.spawn(task.sleep, 60)")
        try await falhost.seePrompt()
        falhost.enter("print 'waiting' task.sleep(60)")
        try await falhost.see("\nwaiting")
        falhost.type("\u{3}")
        try await falhost.see("interrupted!")
        try await falhost.seePrompt()
        falhost.enter("other:status()")
        try await falhost.see("\n\"waiting\"")
    }

    @Test func controlCClearsTheLineAndWhatWasBegun() async throws {
        let falhost = try await start()
        falhost.type("error('never')")
        try await falhost.see("never')")
        falhost.type("\u{3}")
        try await falhost.seePrompt()
        falhost.enter("if true then")
        try await falhost.seePrompt("\n>> ")
        falhost.type("\u{3}")
        try await falhost.seePrompt()
        falhost.enter("1 + 1")
        try await falhost.see("\n2")
    }

    @Test func controlDEndsTheTasksThatStillRun() async throws {
        let falhost = try await start()
        falhost.enter(
            "task.spawn(function() local c <close> = setmetatable({}, {__close = function() print 'closed' end}) "
                + "task.sleep(60) end) return 'ready'")
        try await falhost.see("\n\"ready\"")
        try await falhost.seePrompt()
        falhost.type("\u{4}")
        let (status, output) = await falhost.ending()
        #expect(status == 0)
        #expect(output.contains("closed"))
    }

    @Test(arguments: ["exit", "quit()"])
    func aWordEndsTheSession(word: String) async throws {
        let falhost = try await start()
        falhost.enter(word)
        #expect(await falhost.ending().status == 0)
    }

    @Test func theHistoryIsThereInTheNextSession() async throws {
        let first = try await start()
        first.enter("if true then")
        try await first.seePrompt("\n>> ")
        first.enter("print('на' .. ' двух строках') end")
        try await first.see("\nна двух строках")
        try await first.seePrompt()
        first.type("\u{4}")
        #expect(await first.ending().status == 0)

        let second = try await start()
        second.type("\u{1B}[A")
        try await second.see("строках') end")
        second.type("\r")
        try await second.see("\nна двух строках")
        let file = home.path + "/.local/state/falhost/history"
        #expect(
            try String(contentsOfFile: file, encoding: .utf8) == "if true then\\nprint('на' .. ' двух строках') end\n")
    }

    @Test func whatIsPrintedMeanwhileLeavesTheLineWhole() async throws {
        let falhost = try await start()
        falhost.enter("go = false")
        try await falhost.seePrompt()
        falhost.enter(
            "task.spawn(function() repeat task.sleep(0.01) until go print 'from behind' error('lost') end) return 1")
        try await falhost.see("\n1")
        try await falhost.seePrompt()
        falhost.enter("task.spawn(function() task.sleep(0.3) go = true end) return 2")
        try await falhost.see("\n2")
        try await falhost.seePrompt()
        falhost.type("'half")
        try await falhost.see("from behind\r\n")
        try await falhost.see("failed: stdin:1: lost")
        try await falhost.see("stack traceback:")
        try await falhost.see("> 'half")
        falhost.enter(" and half'")
        try await falhost.see("\n\"half and half\"")
    }

    @Test func anErrorHasItsTraceback() async throws {
        let falhost = try await start()
        falhost.enter("error('wrong')")
        try await falhost.see("stdin:1: wrong\r\nstack traceback:")
        try await falhost.seePrompt()
        falhost.enter("avatars.get('nobody')")
        try await falhost.see("[avatar_not_found]")
    }

    @Test func aTerminationGivesTheTerminalBack() async throws {
        let falhost = try await start()
        falhost.type("half")
        try await falhost.see("half")
        falhost.signal(SIGTERM)
        let (status, output) = await falhost.ending()
        #expect(status == 143)
        #expect(output.hasSuffix("falhost: terminated\r\n"))
    }

    @Test func aFunctionThatCannotBeStoppedIsSaidAndLeft() async throws {
        let falhost = try await start()
        falhost.enter("x, p = ('x'):rep(1e6), ('.-'):rep(8) .. 'b'")
        try await falhost.seePrompt()
        // A Ctrl-C may come just before the search begins, and is caught then.
        falhost.enter("while true do pcall(function() print 'deaf' x:find(p) end) end")
        try await falhost.see("\ndeaf")
        try await falhost.pressControlC { falhost.output.contains("Ctrl-C again ends it") }
        try await falhost.pressControlC { !falhost.isRunning }
        #expect(await falhost.ending().status == 130)
    }

    @Test func aTaskThatEndsTheProcessLeavesTheTerminalAsItWas() async throws {
        let falhost = try await start()
        falhost.enter("task.spawn(function() repeat task.sleep(0.01) until go os.exit(3) end) return 1")
        try await falhost.seePrompt()
        #expect(falhost.isCanonical == false)
        falhost.enter("go = true")
        #expect(await falhost.ending().status == 3)
        #expect(falhost.isCanonical)
    }

    @Test func coloursAreForTerminalsThatWantThem() async throws {
        let falhost = try TerminalFalhost(environment: ["NO_COLOR": ""], home: home)
        try await falhost.see("> ")
        falhost.enter("'x'")
        try await falhost.see("\u{1B}[32m\"x\"\u{1B}[0m")
    }

    @Test func helpTellsOfModulesOfFunctionsAndHowToLeave() async throws {
        let falhost = try await start()
        falhost.enter("help()")
        try await falhost.see("avatars ")
        try await falhost.see("Ctrl-D, exit or quit ends.")
        falhost.enter("help(fal.generate_avatar_image)")
        try await falhost.see("\nfal.generate_avatar_image(")
        falhost.enter("help(print)")
        try await falhost.see("No description of 'print' is known.")
    }

    @Test func theBannerShowsNoKey() async throws {
        let falhost = try await start(environment: ["FAL_KEY": "0123456789:very-secret-word"])
        falhost.type("\u{4}")
        let output = await falhost.ending().output
        #expect(output.contains("key 0123…:********"))
        #expect(!output.contains("very-secret-word"))
    }

    @Test func withoutATerminalStandardInputIsTheScript() async throws {
        let run = try await FalhostProcess.run([], input: Data("print('a script', ...)".utf8))
        #expect(run.status == 0)
        #expect(run.output == "a script\n")
    }

    @Test func aHistoryThatCannotBeKeptIsSaidAndHindersNothing() async throws {
        let falhost = try TerminalFalhost(environment: ["FALHOST_HISTORY": "/proc/no/history"], home: home)
        try await falhost.see("the history is not kept")
        try await falhost.see("> ")
        falhost.enter("1 + 1")
        try await falhost.see("\n2")
    }
}
