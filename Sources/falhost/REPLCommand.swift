import EventLoop
import FalClient
import HTTPTransport
import LineEditor
import LuaRuntime
import Scripting

#if canImport(Glibc)
    // `stdout` is a variable of C; nobody here assigns to it.
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// `falhost` on a terminal: the interactive prompt.
@LoopActor
final class REPLCommand {
    private enum Activity {
        case idle
        case editing
        /// Ctrl-C that stops a busy loop may not have been told here: see `PromptInterrupts.takeAll`.
        case evaluating(Task<REPLSession.Outcome, any Error>, isInterrupted: Bool)
    }

    private let session: REPLSession
    private let editor: LineEditor
    private let isColoured: Bool
    private var activity = Activity.idle
    /// Lines of a chunk that is not complete.
    private var entered = ""

    /// Whether falhost without a script is to be interactive; else it runs standard input, as lua(1) does.
    nonisolated static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 }

    nonisolated static func run(
        _ options: ProjectOptions, _ budget: BudgetOptions, _ pacing: PacingOptions, _ limits: ScriptLimits
    ) throws {
        try runCommand(options, budget: budget, pacing: pacing) { host in
            // Before anything is printed: while a line is edited, standard output is no terminal.
            setvbuf(stdout, nil, _IOLBF, 0)
            Console.output(REPLBanner.text(host.settings))
            let command = try await REPLCommand(host, limits)
            try await command.run()
        }
    }

    private init(_ host: Host, _ limits: ScriptLimits) async throws {
        let isColoured = host.settings.display.isColoured(STDOUT_FILENO)
        self.isColoured = isColoured
        let session = try await host.makeREPL(
            limits: limits, show: { Console.output($0) }, report: { Console.note(Self.red($0, isColoured)) })
        self.session = session
        do {
            editor = try LineEditor(program: "falhost", history: Self.history()) { text in
                let (length, names) = session.completion(of: text)
                return LineEditor.Completion(length: length, words: names)
            }
        } catch {
            throw CommandError(.configuration, "\(error)")
        }
    }

    private static func history() -> HistoryFile? {
        guard let path = historyPath else {
            Console.note("falhost: neither HOME nor FALHOST_HISTORY is set: the history is not kept")
            return nil
        }
        do {
            return try HistoryFile(path: path)
        } catch {
            Console.note("falhost: \(error); the history is not kept")
            return nil
        }
    }

    /// Among the state files of the XDG base directory specification, unless the environment names another.
    private static var historyPath: String? {
        if let path = Environment.value("FALHOST_HISTORY") { return path }
        if let state = Environment.value("XDG_STATE_HOME"), state.hasPrefix("/") { return state + "/falhost/history" }
        return Environment.value("HOME").map { $0 + "/.local/state/falhost/history" }
    }

    // MARK: The session

    private func run() async throws {
        let interruption = session.interruption
        try PromptInterrupts.handle(stopping: interruption) { [unowned self] in interrupt() }
        session.whenEnded { [editor] in editor.endInput() }
        await withTaskCancellationHandler {
            while await readAndEvaluate() {}
        } onCancel: {
            LoopActor.spawn { self.end() }
        }
        let count = session.exitCode == nil ? session.taskCount : 0
        if count > 0 { Console.note("ending what still runs: \(count == 1 ? "a task" : "\(count) tasks")") }
        await editor.close()
        let code = session.exitCode
        await session.close()
        withExtendedLifetime(interruption) { PromptInterrupts.forgetLua() }
        if let code { throw ScriptExit(code: code) }
    }

    /// False when the session is over.
    private func readAndEvaluate() async -> Bool {
        activity = .editing
        let line = await editor.readLine(prompt: session.prompt(isFirst: entered.isEmpty))
        activity = .idle
        switch line {
        case .end:
            return false
        case .interrupted:
            entered = ""
            return true
        case .text(let text):
            return await take(text)
        }
    }

    private func take(_ line: String) async -> Bool {
        if entered.isEmpty {
            if line.allSatisfy(\.isWhitespace) { return true }
            if asksToLeave(line) { return false }
        }
        entered += (entered.isEmpty ? "" : "\n") + line
        let outcome = await evaluate(entered)
        if case .incomplete = outcome { return !Task.isCancelled }
        editor.remember(entered)
        entered = ""
        return !Task.isCancelled && session.exitCode == nil
    }

    /// "exit" and "quit", where these names mean nothing else.
    private func asksToLeave(_ line: String) -> Bool {
        let words = line.split(separator: " ").joined()
        return ["exit", "quit"].contains { [$0, $0 + "()"].contains(words) && !session.hasGlobal($0) }
    }

    private func evaluate(_ text: String) async -> REPLSession.Outcome {
        let display = REPLSession.Display(columns: Console.columns, isColoured: isColoured)
        let evaluation = LoopActor.spawn { [session] in await session.evaluate(text, display: display) }
        activity = .evaluating(evaluation, isInterrupted: false)
        if Task.isCancelled { evaluation.cancel() }
        let outcome = (try? await evaluation.value) ?? .cancelled
        var isInterrupted = PromptInterrupts.takeAll()
        if case .evaluating(_, true) = activity { isInterrupted = true }
        activity = .idle
        show(outcome, isInterrupted)
        return outcome
    }

    private func show(_ outcome: REPLSession.Outcome, _ isInterrupted: Bool) {
        // What io.write has printed comes first.
        fflush(stdout)
        // The terminal has shown "^C", on the line where the cursor was.
        let start = isInterrupted ? "\n" : ""
        switch outcome {
        case .incomplete, .values(""): break
        case .values(let text): Console.output(start + text)
        case .failed(let text): Console.note(start + Self.red(text, isColoured))
        case .cancelled: Console.note(start + Self.red("interrupted!", isColoured))
        }
    }

    private static func red(_ text: String, _ isColoured: Bool) -> String {
        let text = URLSecrets.masked(FalCredentials.redact(text))
        return isColoured ? "\u{1B}[31m\(text)\u{1B}[0m" : text
    }

    // MARK: Signals

    /// Ctrl-C.
    private func interrupt() {
        switch activity {
        case .idle: break
        case .editing: editor.interrupt()
        case .evaluating(let evaluation, _):
            activity = .evaluating(evaluation, isInterrupted: true)
            evaluation.cancel()
        }
    }

    /// The program is to end.
    private func end() {
        editor.endInput()
        if case .evaluating(let evaluation, _) = activity { evaluation.cancel() }
    }
}
