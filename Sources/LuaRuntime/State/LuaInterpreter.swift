import CLua
import CLuaShims
package import EventLoop

/// What lua(1) does with its state, step by step (Lua manual §7): each chunk runs as a task, so that host functions can
/// wait in it, and ends when all that it spawned has ended.
@LoopActor
package final class LuaInterpreter {
    /// Why a step did not end well.
    package enum Failure: Error {
        /// What lua(1) prints after its name, byte for byte, with the traceback.
        case message([UInt8])
        /// os.exit, with its code.
        case exit(Int32)
    }

    /// To be closed by who made the interpreter.
    package let state: LuaState
    /// The chunk that runs.
    private(set) var current: LuaTask?

    package init(ignoresEnvironment: Bool) throws(LuaError) {
        state = try LuaState(.interpreter(ignoresEnvironment: ignoresEnvironment))
    }

    /// Lua's version and copyright.
    package static var version: String { String(cString: luashim_interpreter_version()) }

    /// Sets the global `arg`: all words of the command line, where the one at `origin` has index 0.
    package func setArguments(_ words: [[UInt8]], origin: Int) {
        state.setGlobal("arg") { stack in
            stack.pushTable(arrayCount: words.count - origin - 1, fieldCount: origin + 1)
            for (index, word) in words.enumerated() {
                stack.push(word)
                stack.setIndex(index - origin)
            }
        }
    }

    /// `warn` and the collector's warnings write to standard error from now on.
    package func turnWarningsOn() {
        lua_warning(state.pointer, "@on", 0)
    }

    /// Runs a chunk of text or binary; `name` is its chunk name ("=(command line)").
    package func run(_ chunk: [UInt8], name: String) async throws(Failure) {
        _ = try await run(try compile(chunk, name: name))
    }

    /// Runs a file, or standard input for nil; with the values of the global `arg` when it is the script.
    package func runFile(_ path: [UInt8]?, isScript: Bool) async throws(Failure) {
        let chunk = try loadFile(path)
        let arguments = isScript ? try results(of: luashim_interpreter_arguments) : []
        _ = try await run(chunk, arguments: arguments)
    }

    /// `global = require(module)`.
    package func require(_ module: [UInt8], into global: [UInt8]) async throws(Failure) {
        let found = try results(of: luashim_interpreter_require)
        state.stack.push(module)
        let name = state.stack.reference(at: -1)
        state.stack.pop()
        guard let require = found.first else { return }
        let task = try await run(require, arguments: [name])
        let base = state.stack.top
        defer { state.stack.setTop(base) }
        _ = try call(luashim_interpreter_set_global) { stack in
            stack.push(global)
            let count = (try? task.pushResults(onto: stack, limit: 1)) ?? 0
            if count == 0 { stack.pushNil() }
            return 2
        }
    }

    /// Compiles a chunk of text or binary.
    package func compile(_ chunk: [UInt8], name: String) throws(Failure) -> LuaReference {
        let stack = state.stack
        let base = stack.top
        defer { stack.setTop(base) }
        let status = chunk.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                luashim_load(stack.pointer, $0.baseAddress, $0.count, name, nil)
            }
        }
        guard status == LUA_OK else { throw .message(messageOnTop()) }
        return stack.reference(at: -1)
    }

    private func loadFile(_ path: [UInt8]?) throws(Failure) -> LuaReference {
        let base = state.stack.top
        defer { state.stack.setTop(base) }
        guard lua_checkstack(state.pointer, 2) != 0 else { throw .message(Array("stack overflow".utf8)) }
        // The path outlives the call that reads it.
        let bytes = path.map { $0 + [0] } ?? []
        let status = bytes.withUnsafeBytes { buffer in
            lua_pushcclosure(state.pointer, luashim_interpreter_load_file, 0)
            lua_pushlightuserdata(
                state.pointer, UnsafeMutableRawPointer(mutating: path == nil ? nil : buffer.baseAddress))
            return luashim_call(state.pointer, 1, 1, 0)
        }
        guard status == LUA_OK else { throw .message(messageOnTop()) }
        return state.stack.reference(at: -1)
    }
}

// MARK: Running

extension LuaInterpreter {
    /// Runs a function as a task; Ctrl-C interrupts it.
    func run(_ function: LuaReference, arguments: [LuaReference] = []) async throws(Failure) -> LuaTask {
        luashim_begin_interrupts(state.host)
        defer {
            luashim_end_interrupts()
            current = nil
        }
        let task: LuaTask
        do throws(LuaError) {
            task = try state.makeRoot(function) { stack in
                for argument in arguments { stack.push(argument) }
                return Int32(arguments.count)
            }
            current = task
            try await state.run(task)
        } catch {
            throw failure(error)
        }
        if let code = state.exitCode { throw .exit(code) }
        return task
    }

    private func failure(_ error: LuaError) -> Failure {
        if let code = state.exitCode { return .exit(code) }
        if let value = error.value {
            let base = state.stack.top
            defer { state.stack.setTop(base) }
            state.stack.push(value)
            if state.stack.type(at: -1) == .string { return .message(messageOnTop()) }
        }
        // The error of a task that nobody awaited: its value is still what was raised.
        return .message(Array([error.description, error.traceback].compactMap { $0 }.joined(separator: "\n").utf8))
    }

    /// Calls one of C's functions protectedly: the number of its results, on top of the stack.
    func call(
        _ function: lua_CFunction, push arguments: @LoopActor (LuaStack) -> Int32 = { _ in 0 }
    ) throws(Failure) -> Int32 {
        let base = state.stack.top
        guard lua_checkstack(state.pointer, 1) != 0 else { throw .message(Array("stack overflow".utf8)) }
        lua_pushcclosure(state.pointer, function, 0)
        let count = arguments(state.stack)
        guard luashim_call(state.pointer, count, LUA_MULTRET, 0) == LUA_OK else {
            defer { state.stack.setTop(base) }
            if let code = state.exitCode { throw .exit(code) }
            throw .message(messageOnTop())
        }
        return state.stack.top - base
    }

    private func results(of function: lua_CFunction) throws(Failure) -> [LuaReference] {
        let base = state.stack.top
        defer { state.stack.setTop(base) }
        let count = try call(function)
        return (0..<count).map { state.stack.reference(at: base + 1 + $0) }
    }

    /// The error value on top as C prints a string: up to its first zero byte.
    private func messageOnTop() -> [UInt8] {
        guard let bytes = state.stack.bytes(at: -1) else { return Array(state.stack.describe(at: -1).utf8) }
        return Array(bytes.prefix { $0 != 0 })
    }
}
