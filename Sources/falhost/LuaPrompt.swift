import EventLoop
import LuaRuntime

/// The interactive mode of lua(1): reads statements, runs them, prints their values, goes on after errors.
@LoopActor
struct LuaPrompt {
    let interpreter: LuaInterpreter
    let lines: any LuaLineReader

    /// Returns at the end of the input.
    func run() async throws(LuaInterpreter.Failure) {
        while let line = try await readLine("_PROMPT", else: "> ") {
            do {
                try await interpreter.evaluate(try await statement(line))
            } catch {
                guard case .message(let message) = error else { throw error }
                LuaOutput.complain(message, program: nil)
            }
        }
        await lines.close()
    }

    private func readLine(_ variable: String, else prompt: String) async throws(LuaInterpreter.Failure) -> [UInt8]? {
        await lines.readLine(prompt: try interpreter.prompt(variable) ?? Array(prompt.utf8))
    }

    /// The chunk that begins with `line`: an expression, else a statement of as many lines as it takes.
    private func statement(_ line: [UInt8]) async throws(LuaInterpreter.Failure) -> LuaReference {
        // An equals sign asks for an expression, as it did before Lua 5.3.
        let isReturn = line.first == UInt8(ascii: "=")
        var text = isReturn ? Array("return ".utf8) + line.dropFirst() : line
        if let expression = interpreter.compileExpression(text) {
            if !text.isEmpty { lines.remember(text) }
            return expression
        }
        while true {
            switch try interpreter.compileStatement(text) {
            case .complete(let chunk):
                lines.remember(text)
                return chunk
            case .wrong(let message):
                lines.remember(text)
                throw .message(message)
            case .incomplete(let message):
                guard let next = try await readLine("_PROMPT2", else: ">> ") else { throw .message(message) }
                text += [UInt8(ascii: "\n")] + next
            }
        }
    }
}
