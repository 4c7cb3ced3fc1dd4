import EventLoop
import LuaRuntime

/// One preset or rule file in a Lua state of its own: no io, os, debug or load, text only, with limits (DESIGN.md §5).
@LoopActor
final class SandboxedFile {
    /// Longest time that one call may take.
    static let deadline = Duration.milliseconds(50)
    private static let memoryLimit = 16 << 20

    let state: LuaState
    /// What the file returned.
    let value: LuaReference
    /// Lua's word for its type: `function`, `table`, `nil`.
    let valueType: String

    /// Runs the file at `path`; `name` is how messages call it ("scripts/rules/20_trigger.lua").
    ///
    /// The state must be closed with `close()`. Throws `SourceFile.ReadError` or `LuaError`.
    init(path: String, name: String, library: String) throws {
        let text = try SourceFile.read(path)
        state = try LuaState(.sandbox(memoryLimit: Self.memoryLimit))
        do {
            try state.setGlobal("text") { try TextModule.make().push(onto: $0) }
            let library = SandboxLibrary(folder: library, state: state)
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
        type == "nil" ? "nothing" : "a \(type)"
    }
}

/// `require` for presets and rules: Lua files of `scripts/lib`, nothing else.
@LoopActor
private final class SandboxLibrary {
    private enum Module {
        case loading
        case loaded(LuaReference)
    }
    private let folder: String
    private unowned let state: LuaState
    private var modules: [String: Module] = [:]

    init(folder: String, state: LuaState) {
        self.folder = folder
        self.state = state
    }

    /// Modules may require each other; each runs once. Name parts are letters, digits and `_`, joined by dots.
    var require: LuaFunction {
        LuaFunction("require") { [self] call in
            let name = try call.requireString(1)
            call.stack.push(try module(name))
            return 1
        }
    }

    private func module(_ name: String) throws -> LuaReference {
        switch modules[name] {
        case .loaded(let value): return value
        case .loading: throw LuaError(.runtime, "module '\(name)' requires itself")
        case nil: break
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { $0 == UInt8(ascii: "_") || Self.isAlphanumeric($0) }
        }
        guard isPlain else { throw LuaError(.runtime, "'\(name)' is no module name") }
        let path = "\(folder)/\(parts.joined(separator: "/")).lua"
        let text: [UInt8]
        do {
            text = try SourceFile.read(path)
        } catch {
            throw LuaError(.runtime, "module '\(name)' not found: \(error)")
        }
        modules[name] = .loading
        defer { if case .loading = modules[name] { modules[name] = nil } }
        let chunk = try state.load(text, name: "@scripts/lib/\(parts.joined(separator: "/")).lua")
        let value = try state.call(chunk) { stack, first, count in
            if count == 0 || stack.isNilOrNone(at: first) { stack.push(true) }
            return stack.reference(at: count == 0 || stack.isNilOrNone(at: first) ? -1 : first)
        }
        modules[name] = .loaded(value)
        return value
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: false
        }
    }
}
