import EventLoop
import LineEditor
import LuaRuntime
import Scripting

#if canImport(Glibc)
    // `stdout` is a variable of C; nobody here assigns to it.
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    @preconcurrency import Darwin
#endif

/// Lines edited on a terminal, with completion and a history that ends with the process: for `falhost lua`.
@LoopActor
struct EditedLines: LuaLineReader {
    private let editor: LineEditor

    init(_ state: LuaState) throws(LineEditor.StartError) {
        editor = try LineEditor(program: "lua", history: nil) { text in
            let result = NameCompletion(state).complete(text)
            return LineEditor.Completion(length: result.length, words: result.names)
        }
    }

    func readLine(prompt: [UInt8]) async -> [UInt8]? {
        // While a line is edited, standard output is diverted: what was written comes before.
        fflush(stdout)
        for number in Self.deadly { signal(number, Self.giveTerminalBack) }
        defer { for number in Self.deadly { signal(number, SIG_DFL) } }
        let line = await editor.readLine(prompt: String(decoding: prompt, as: UTF8.self))
        guard case .text(let text) = line else { return nil }
        return Array(text.utf8)
    }

    func remember(_ statement: [UInt8]) { editor.remember(String(decoding: statement, as: UTF8.self)) }

    func close() async { await editor.close() }

    /// At its prompt lua(1) leaves them to the system: they end the process.
    private nonisolated static let deadly = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    // Async-signal-safe: settings of the terminal, and the signal once more without a handler.
    private nonisolated static let giveTerminalBack: @convention(c) (Int32) -> Void = { number in
        LineEditor.restoreTerminal()
        signal(number, SIG_DFL)
        raise(number)
    }
}
