package import EventLoop
import Generation
package import LuaRuntime

/// Runs one operator script in a Lua state of its own.
@LoopActor
package final class ScriptRunner {
    private let state: LuaState

    /// - Parameter library: the project's `scripts/lib`, in which `require` looks after the script's own folder.
    package init(services: any ScriptServices, library: String?) throws(LuaError) {
        state = try LuaState(.trusted)
        for module in scriptModules(services) { state.preload(module) }
        state.cancellationMessage = GenerationError.cancelled.message(in: services.language)
        if let library { state.packagePath = Self.templates(library) + state.packagePath }
    }

    /// Runs a script to its end, with everything it spawned and what it cancelled, and closes the state.
    ///
    /// The script finds its arguments in `...` and in `arg`, as with lua(1) (Lua manual §7).
    package func run(_ source: ScriptSource, arguments: [[UInt8]]) async throws(LuaError) {
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
            throw error
        }
        await OpenOperations.shared.settle()
    }

    private static func templates(_ folder: String) -> String {
        "\(folder)/?.lua;\(folder)/?/init.lua;"
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
