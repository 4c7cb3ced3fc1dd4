import CLua
import CLuaShims
import EventLoop

extension LuaInterpreter {
    /// What became of the lines of a statement.
    package enum Statement {
        case complete(LuaReference)
        /// More lines may complete it.
        case incomplete(message: [UInt8])
        case wrong(message: [UInt8])
    }

    /// The global `name` as a string; nil when it is nil.
    package func prompt(_ name: String) throws(Failure) -> [UInt8]? {
        let base = state.stack.top
        defer { state.stack.setTop(base) }
        let count = try call(luashim_interpreter_prompt) { stack in
            stack.push(name)
            return 1
        }
        return count == 0 ? nil : state.stack.bytes(at: -1)
    }

    /// The chunk that returns the values of an expression; nil when the line is none.
    package func compileExpression(_ line: [UInt8]) -> LuaReference? {
        try? compile(Array("return ".utf8) + line + Array(";".utf8), name: "=stdin")
    }

    /// Compiles the lines of a statement, which may want more of them.
    package func compileStatement(_ lines: [UInt8]) throws(Failure) -> Statement {
        do {
            return .complete(try compile(lines, name: "=stdin"))
        } catch {
            guard case .message(let message) = error else { throw error }
            let isIncomplete = message.suffix(5).elementsEqual("<eof>".utf8)
            return isIncomplete ? .incomplete(message: message) : .wrong(message: message)
        }
    }

    /// Runs a statement and gives its values to the global `print`.
    package func evaluate(_ statement: LuaReference) async throws(Failure) {
        let task = try await run(statement)
        let base = state.stack.top
        defer { state.stack.setTop(base) }
        guard let count = try? task.pushResults(onto: state.stack) else {
            throw .message(Array("too many results to print".utf8))
        }
        guard count > 0 else { return }
        do {
            _ = try call(luashim_interpreter_print) { stack in
                for index in 0..<count { stack.pushCopy(of: base + 1 + index) }
                return count
            }
        } catch {
            guard case .message(let message) = error else { throw error }
            throw .message(Array("error calling 'print' (".utf8) + message + Array(")".utf8))
        }
    }
}
