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
            throw (error as? GenerationError) ?? .storage(path: folder, .cannotRead(reason: "\(error)"))
        }
        loaded = rules
        return rules
    }

    private func load(_ name: String) throws -> SandboxedFile {
        do {
            let file = try SandboxedFile(path: "\(folder)/\(name)", name: "scripts/rules/\(name)", library: library)
            if file.valueType == "function" { return file }
            file.close()
            let found = SandboxedFile.described(file.valueType)
            throw GenerationError.ruleFailed(
                rule: name, reason: "scripts/rules/\(name) returns \(found), a function(prompt, context) is expected")
        } catch let error as LuaError {
            throw GenerationError.ruleFailed(rule: name, reason: SandboxedFile.reason(error))
        }
    }

    private func run(_ rule: Rule, _ prompt: String, _ context: RuleContext) throws(GenerationError) -> String {
        do {
            return try rule.file.state.call(
                rule.file.value, deadline: SandboxedFile.deadline,
                push: { stack in
                    stack.push(prompt)
                    if !rule.takesContext { return 1 }
                    stack.push(context)
                    return 2
                },
                read: { stack, first, count in try Self.prompt(stack, first, count, of: rule) })
        } catch let error as LuaError {
            throw .ruleFailed(rule: rule.name, reason: SandboxedFile.reason(error))
        } catch {
            throw (error as? GenerationError) ?? .ruleFailed(rule: rule.name, reason: "\(error)")
        }
    }

    /// The string that a rule returned.
    private static func prompt(
        _ stack: LuaStack, _ first: Int32, _ count: Int32, of rule: Rule
    ) throws(GenerationError) -> String {
        let type = count == 0 ? "nil" : stack.typeName(at: first)
        if type == "string", let prompt = stack.string(at: first) { return prompt }
        let found = type == "string" ? "a string that is not UTF-8" : SandboxedFile.described(type)
        throw .ruleFailed(
            rule: rule.name, reason: "scripts/rules/\(rule.name) returned \(found), the prompt to use is expected")
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
