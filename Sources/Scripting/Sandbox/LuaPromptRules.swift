package import EventLoop
package import Generation
import JSON
import LuaRuntime

/// The rules of `scripts/rules/`, each in a state of its own, in the order of their file names.
@LoopActor
package final class LuaPromptRules: PromptRules {
    private struct Rule {
        let name: String
        let file: SandboxedFile
        /// Most rules look at the prompt alone: a context costs more than such a rule.
        let takesContext: Bool
    }
    private let folder: String
    private let library: String
    private var loaded: [Rule]?

    /// - Parameters:
    ///   - folder: the rules; a project without one has no rules.
    ///   - library: `scripts/lib`, which rules may `require`.
    package init(folder: String, library: String) {
        self.folder = folder
        self.library = library
    }

    package func apply(to prompt: String, context: RuleContext) throws(GenerationError) -> [RuleStep] {
        var steps: [RuleStep] = []
        var prompt = prompt
        for rule in try rules() {
            prompt = try run(rule, prompt, context)
            steps.append(RuleStep(rule: rule.name, prompt: prompt))
        }
        return steps
    }

    /// Frees the states; the next call loads the files again.
    package func close() {
        for rule in loaded ?? [] { rule.file.close() }
        loaded = nil
    }

    private func rules() throws(GenerationError) -> [Rule] {
        if let loaded { return loaded }
        var rules: [Rule] = []
        do {
            for name in try SourceFile.luaFiles(in: folder) {
                let file = try load(name)
                let takesContext = file.state.parameterCount(of: file.value).map { $0 > 1 } ?? true
                rules.append(Rule(name: name, file: file, takesContext: takesContext))
            }
        } catch let error as SourceFile.ReadError where error.isMissing && error.path == folder {
            // A project without a rules folder has no rules.
        } catch {
            for rule in rules { rule.file.close() }
            throw (error as? GenerationError) ?? .storage(path: folder, .other(reason: "\(error)"))
        }
        loaded = rules
        return rules
    }

    private func load(_ name: String) throws -> SandboxedFile {
        do {
            let file = try SandboxedFile(path: "\(folder)/\(name)", name: "scripts/rules/\(name)", library: library)
            file.state.stack.push(file.value)
            defer { file.state.stack.pop() }
            if file.state.stack.type(at: -1) == .function { return file }
            let kind = file.state.stack.typeName(at: -1)
            file.close()
            throw GenerationError.ruleFailed(
                rule: name, reason: "scripts/rules/\(name) returns a \(kind), a function(prompt, context) is expected")
        } catch let error as LuaError {
            throw GenerationError.ruleFailed(rule: name, reason: error.description)
        }
    }

    private func run(_ rule: Rule, _ prompt: String, _ context: RuleContext) throws(GenerationError) -> String {
        let result: String?
        do {
            result = try rule.file.state.call(
                rule.file.value, deadline: SandboxedFile.deadline,
                push: { stack in
                    stack.push(prompt)
                    if !rule.takesContext { return 1 }
                    stack.push(context)
                    return 2
                },
                read: { stack, first, count in count == 0 ? nil : stack.string(at: first) })
        } catch {
            throw .ruleFailed(rule: rule.name, reason: (error as? LuaError)?.description ?? "\(error)")
        }
        guard let result else {
            throw .ruleFailed(
                rule: rule.name, reason: "scripts/rules/\(rule.name) returned no prompt: a string in UTF-8 is expected")
        }
        return result
    }
}

extension LuaStack {
    /// Pushes `{ avatar =, preset =, config =, endpoint = }`.
    fileprivate func push(_ context: RuleContext) {
        pushTable(fieldCount: 4)
        push(context.avatar)
        setField("avatar")
        push(context.preset)
        setField("preset")
        push(context.config)
        setField("config")
        push(context.endpoint)
        setField("endpoint")
    }
}
