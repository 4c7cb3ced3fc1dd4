import EventLoop
import Generation
import LuaRuntime

/// One preset or rule file in a Lua state of its own: no io, os, debug or load, text only, with limits (DESIGN.md §5).
@LoopActor
final class SandboxedFile {
    /// Longest time that one call may take.
    static let deadline = Duration.milliseconds(50)
    private static let memoryLimit = 16 << 20

    let text: [UInt8]
    let state: LuaState
    /// What the file returned.
    let value: LuaReference
    /// Lua's word for its type: `function`, `table`, `nil`.
    let valueType: String

    /// Runs the file at `path`; `name` is how messages call it ("scripts/rules/20_trigger.lua").
    ///
    /// All that is read, then and in later calls, is read through `sources`. The state must be closed with `close()`.
    /// Throws `SourceFile.ReadError` or `LuaError`.
    init(path: String, name: String, library: String, sources: SourceRecord) throws {
        text = try sources.read(path)
        state = try LuaState(.sandbox(memoryLimit: Self.memoryLimit))
        do {
            try state.setGlobal("text") { try TextModule.make().push(onto: $0) }
            let library = SandboxLibrary(folder: library, state: state, sources: sources)
            state.setGlobal("require") { $0.push(library.require) }
            let chunk = try state.load(text, name: "@" + name)
            (value, valueType) = try state.call(chunk, deadline: Self.deadline) { stack, first, count in
                if count == 0 { stack.pushNil() }
                let index = count == 0 ? -1 : first
                return (stack.reference(at: index), stack.typeName(at: index))
            }
        } catch {
            state.close()
            throw error
        }
    }

    func close() {
        state.close()
    }

    /// What went wrong, for people: Lua's own words, but with the limit where memory ran out.
    static func reason(_ error: LuaError) -> String {
        error.kind == .memory ? "it needs more than \(memoryLimit >> 20) MiB of memory" : error.description
    }

    /// A type with its article: "a table", "nothing" for nil.
    static func described(_ type: String) -> String {
        FoundType(type).text(in: .english)
    }
}
