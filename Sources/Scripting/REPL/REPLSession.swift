package import EventLoop
import Generation
package import LuaRuntime

/// The Lua side of the interactive prompt: one state for the session, and the tasks that its lines leave behind.
@LoopActor
package final class REPLSession {
    /// What one line, or block of lines, came to.
    package enum Outcome: Sendable, Equatable {
        /// The values as text; empty when there are none.
        case values(String)
        /// More lines are needed.
        case incomplete
        case failed(String)
        case cancelled
    }

    /// How values are shown.
    package struct Display: Sendable {
        package let columns: Int
        package let isColoured: Bool

        package init(columns: Int, isColoured: Bool) {
            self.columns = columns
            self.isColoured = isColoured
        }
    }

    /// Modules that the prompt has as globals.
    private static let modules = ["fal", "avatars", "task", "http", "fs", "json", "log"]

    private let state: LuaState
    private let session: LuaSession
    private let limits: ScriptLimits

    /// - Parameters:
    ///   - library: the project's `scripts/lib`, in which `require` looks first.
    ///   - limits: of the memory of the session, and of the time that a line, or a task behind it, takes without a wait.
    ///   - show: shows the text of help().
    ///   - report: shows the text of an error that no line awaits.
    package init(
        services: any ScriptServices, library: String?, limits: ScriptLimits = ScriptLimits(),
        show: @escaping @LoopActor (String) -> Void, report: @escaping @LoopActor (String) -> Void
    ) async throws {
        self.limits = limits
        let state = try limits.makeState()
        self.state = state
        for module in scriptModules(services) { state.preload(module) }
        state.cancellationMessage = GenerationError.cancelled.message(in: services.language)
        if let library { state.searchFirst(in: library) }
        session = try LuaSession(in: state) { error, origin in
            let place = origin.map { " spawned at \($0)" } ?? ""
            report("a task\(place) failed: \(Self.text(limits.naming(error, in: state)))")
        }
        let prelude = Self.modules.map { "\($0) = require '\($0)'" }.joined(separator: " ")
        try await session.evaluate(try state.load([UInt8](prelude.utf8), name: "=prompt")) { _, _, _ in }
        addHelp(show)
    }

    /// Stops what runs, from any thread; see `LuaInterruption`.
    package var interruption: LuaInterruption { state.interruption }

    /// Runs what was entered. Cancelling the Swift task cancels it.
    package func evaluate(_ text: String, display: Display) async -> Outcome {
        do {
            guard case .complete(let chunk) = try PromptChunk.compile(text, in: state) else { return .incomplete }
            return .values(
                try await session.evaluate(chunk) { stack, first, count in
                    Self.show(stack, first, count, display)
                })
        } catch let error as LuaError {
            if state.exitCode != nil { return .values("") }
            if error.kind == .cancelled { return .cancelled }
            let named = limits.naming(error, in: state)
            // Lua's string buffers do not collect before they fail: the next line would pay for this one.
            if named.kind == .memory { state.collectGarbage() }
            return .failed(Self.text(named))
        } catch {
            return .failed("\(error)")
        }
    }

    package func completion(of text: String) -> (length: Int, names: [String]) {
        let result = NameCompletion(state).complete(text)
        return (result.length, result.names)
    }

    /// Whether a global of this name is defined.
    package func hasGlobal(_ name: String) -> Bool { withGlobal(name) { $0.type(at: -1) != .nil } }

    /// The prompt for a first line or a further one: `_PROMPT` and `_PROMPT2`, as in lua(1) (Lua manual §7).
    package func prompt(isFirst: Bool) -> String {
        withGlobal(isFirst ? "_PROMPT" : "_PROMPT2") { $0.string(at: -1) } ?? (isFirst ? "> " : ">> ")
    }

    private func withGlobal<Result>(_ name: String, _ read: (LuaStack) -> Result) -> Result {
        let stack = state.stack
        stack.pushGlobals()
        stack.getField(name, at: -1)
        defer { stack.pop(2) }
        return read(stack)
    }

    /// What os.exit was called with, once it was: the session is over.
    package var exitCode: Int32? { state.exitCode }

    /// Called when a task behind the prompt has ended the session with os.exit.
    package func whenEnded(_ body: @escaping @LoopActor () -> Void) { session.onEnd = body }

    /// How many tasks go on behind the prompt.
    package var taskCount: Int { session.taskCount }

    /// Cancels the tasks that go on, waits for their end, and closes the state.
    package func close() async {
        await session.close()
        state.close()
    }

    // MARK: What is shown

    /// One value after the other, tabs between them as print has them; a line for each when one of them takes several.
    private static func show(_ stack: LuaStack, _ first: Int32, _ count: Int32, _ display: Display) -> String {
        guard count > 0 else { return "" }
        let layout = ValueLayout(columns: display.columns, isColoured: display.isColoured)
        let values = (first..<first + count).map { index in
            var reader = ValueReader(stack)
            return layout.text(reader.read(at: index))
        }
        stack.state.setGlobal("_") { $0.pushCopy(of: first) }
        return values.joined(separator: values.contains { $0.contains("\n") } ? "\n" : "\t")
    }

    private static func text(_ error: LuaError) -> String {
        [error.description, error.traceback].compactMap { $0 }.joined(separator: "\n")
    }

    private func addHelp(_ show: @escaping @LoopActor (String) -> Void) {
        state.setGlobal("help") { stack in
            stack.push(
                LuaFunction("help") { call in
                    if call.argumentCount == 0 {
                        show(PromptHelp.general)
                    } else {
                        show(ScriptHelp.text(for: 1, on: call.stack) ?? PromptHelp.unknown(at: 1, on: call.stack))
                    }
                    return 0
                })
        }
    }
}
