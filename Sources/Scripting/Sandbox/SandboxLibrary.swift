import EventLoop
import LuaRuntime

/// `require` for presets and rules: Lua files of `scripts/lib`, nothing else.
@LoopActor
final class SandboxLibrary {
    private enum Module {
        case loading
        case loaded(LuaReference)
    }
    private let folder: String
    private unowned let state: LuaState
    private let sources: SourceRecord
    private var modules: [String: Module] = [:]

    /// - Parameter sources: what modules are read through, so that a change of one is noticed.
    init(folder: String, state: LuaState, sources: SourceRecord) {
        self.folder = folder
        self.state = state
        self.sources = sources
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
            text = try sources.read(path)
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
