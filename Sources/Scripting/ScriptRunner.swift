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
        state = try limits.makeState()
        for module in scriptModules(services) { state.preload(module) }
        state.cancellationMessage = GenerationError.cancelled.message(in: services.language)
        state.stopSignal = services.stopSignal
        if let library { state.searchFirst(in: library) }
    }

    /// Runs a script to its end, with everything it spawned and what it cancelled, and closes the state.
    ///
    /// Throws `LuaError`, or `ScriptExit` when the script called os.exit. The script finds its arguments in `...` and in
    /// `arg`, as with lua(1) (Lua manual §7).
    package func run(_ source: ScriptSource, arguments: [[UInt8]]) async throws {
        defer { state.close() }
        let chunk = try state.load(source.text, name: source.name)
        if source.name.hasPrefix("@") { state.searchFirst(in: Self.folder(of: source.arg0)) }
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
            try throwExit()
            throw limits.naming(error, in: state)
        }
        try throwExit()
    }

    private func throwExit() throws {
        if let code = state.exitCode { throw ScriptExit(code: code) }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
