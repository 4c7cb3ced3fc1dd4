package import EventLoop
package import Generation
import LuaRuntime

/// Looks at a file of Lua without running it: its syntax, its globals, and the functions of our modules that it uses.
@LoopActor
package struct SourceCheck {
    package enum Kind: Sendable {
        /// A script, or a module that scripts share.
        case script
        /// A preset or rule.
        case sandboxed
        /// Tests of them.
        case test
    }

    /// The memory that the names of what is known are read from; a file needs no more to be compiled.
    private static let memoryLimit = 64 << 20

    private let globals: Set<String>
    private let modules: [String: Set<String>]
    private let kind: Kind

    package init(_ kind: Kind) throws {
        self.kind = kind
        let profile: LuaState.Profile = kind == .sandboxed ? .sandbox(memoryLimit: Self.memoryLimit) : .trusted
        let state = try LuaState(profile)
        defer { state.close() }
        let own: [String] =
            switch kind {
            case .script: ["arg"]
            case .sandboxed: ["text", "require", "_G"]
            case .test: TestModule.globals
            }
        globals = Self.globals(of: state).union(own)
        let declared = kind != .sandboxed ? ScriptDeclarations.modules.filter { !$0.isGlobal } : []
        modules = Dictionary(declared.map { ($0.name, Set($0.functions.map(\.field))) }) { $1 }
    }

    private static func globals(of state: LuaState) -> Set<String> {
        let stack = state.stack
        var names: Set<String> = []
        stack.pushGlobals()
        try? stack.forEachEntry(at: -1) { stack in
            if stack.type(at: -2) == .string, let name = stack.string(at: -2) { names.insert(name) }
        }
        stack.pop()
        return names
    }

    /// What is wrong with a file; `title` is how messages call it. A syntax error is told in Lua's own words.
    package func problems(in text: [UInt8], title: String, language: Language) throws -> [CheckProblem] {
        let state = try LuaState(.trusted, memoryLimit: Self.memoryLimit)
        defer { state.close() }
        let names: [LuaNameUse]
        do {
            names = try state.names(in: text, name: "@" + title)
        } catch let error as LuaError {
            return [CheckProblem(title, reason: error.message)]
        }
        // Lua resolves a global when it runs: one that is set anywhere in the file may be there.
        let own = Set(names.filter { $0.kind == .assignment }.map(\.name))
        // A local may have a module's name and be something else: only one that is required counts.
        let required = modules.filter { Self.requires($0.key, in: text) }
        var problems: [CheckProblem] = []
        for use in names {
            if let fault = fault(use, own, required) {
                let problem = CheckProblem(title, line: use.line, fault.message(in: language))
                if !problems.contains(problem) { problems.append(problem) }
            }
        }
        return problems.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
    }

    private func fault(_ use: LuaNameUse, _ own: Set<String>, _ required: [String: Set<String>]) -> SourceFault? {
        switch use.kind {
        case .assignment:
            return kind == .sandboxed || globals.contains(use.name) ? nil : .setsGlobal(use.name)
        case .global:
            if globals.contains(use.name) || own.contains(use.name) { return nil }
            if modules[use.name] != nil { return .notLoaded(use.name) }
            let known = globals.union(own).subtracting(["_G", "_VERSION"])
            return .unknownGlobal(use.name, nearest: DidYouMean.nearest(to: use.name, in: known.sorted()))
        case .field(let module):
            guard let known = required[module], !known.contains(use.name) else { return nil }
            return .unknownField(
                use.name, of: module, nearest: DidYouMean.nearest(to: use.name, in: known.sorted()))
        }
    }

    private static func requires(_ module: String, in text: [UInt8]) -> Bool {
        let text = String(decoding: text, as: UTF8.self)
        return ["\"", "'"].contains {
            text.contains("require \($0)\(module)\($0)") || text.contains("require(\($0)\(module)\($0))")
        }
    }
}
