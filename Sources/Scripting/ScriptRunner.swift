package import EventLoop
import Generation
package import LuaRuntime

/// Runs one operator script in a Lua state of its own.
@LoopActor
package final class ScriptRunner {
    private let state: LuaState
    private let limits: ScriptLimits

    /// - Parameter library: the project's `scripts/lib`, in which `require` looks after the script's own folder.
    package init(
        services: any ScriptServices, library: String?, limits: ScriptLimits = ScriptLimits()
    ) throws(LuaError) {
        self.limits = limits
        state = try LuaState(.trusted, memoryLimit: limits.memory)
        if let burst = limits.burst {
            try state.limitBurst(
                to: burst,
                message: "the script ran for \(ScriptLimits.described(burst)) without a wait:"
                    + " let it wait now and then (task.sleep(0)), or raise --max-burst")
        }
        for module in scriptModules(services) { state.preload(module) }
        state.cancellationMessage = GenerationError.cancelled.message(in: services.language)
        if let library { state.packagePath = Self.templates(library) + state.packagePath }
    }

    /// Runs a script to its end, with everything it spawned and what it cancelled, and closes the state.
    ///
    /// Throws `LuaError`, or `ScriptExit` when the script called os.exit. The script finds its arguments in `...` and in
    /// `arg`, as with lua(1) (Lua manual §7).
    package func run(_ source: ScriptSource, arguments: [[UInt8]]) async throws {
        defer { state.close() }
        let chunk = try state.load(source.text, name: source.name)
        if source.name.hasPrefix("@") {
            state.packagePath = Self.templates(Self.folder(of: source.arg0)) + state.packagePath
        }
        state.setGlobal("arg") { stack in
            stack.pushTable(arrayCount: arguments.count, fieldCount: 1)
            for (index, argument) in ([Array(source.arg0.utf8)] + arguments).enumerated() {
                stack.push(argument)
                stack.setIndex(index)
            }
        }
        do throws(LuaError) {
            try await state.runScript(chunk) { stack in
                for argument in arguments { stack.push(argument) }
                return Int32(arguments.count)
            }
        } catch {
            await OpenOperations.shared.settle()
            try throwExit()
            throw naming(error)
        }
        await OpenOperations.shared.settle()
        try throwExit()
    }

    private func throwExit() throws {
        if let code = state.exitCode { throw ScriptExit(code: code) }
    }

    /// The error with the limit in place of Lua's "not enough memory", when it was that.
    private func naming(_ error: LuaError) -> LuaError {
        guard let memory = limits.memory, error.kind == .memory || error.message.hasSuffix("not enough memory"),
            state.hasHitMemoryLimit
        else { return error }
        return LuaError(
            .memory,
            "the script needs more than \(ScriptLimits.described(bytes: memory)) of memory (--max-memory sets the limit)",
            traceback: error.traceback, position: error.position)
    }

    private static func templates(_ folder: String) -> String {
        "\(folder)/?.lua;\(folder)/?/init.lua;"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
