import EventLoop
import Generation
import JSON
import LuaRuntime

/// One loaded rule: a function of the prompt and a context, in a state of its own.
@LoopActor
final class LuaRule {
    /// The file's name: `20_trigger.lua`.
    let name: String
    let file: SandboxedFile
    /// What it was read through; a call may yet require a module.
    let sources: SourceRecord
    /// Most rules look at the prompt alone: a context costs more than such a rule.
    private let takesContext: Bool

    /// Loads `name` of `folder` and checks that it returns a function; throws `rule_failed` or `storage`.
    init(
        _ name: String, folder: String, library: String, sources: SourceRecord
    ) throws(GenerationError) {
        let path = "\(folder)/\(name)"
        do {
            file = try SandboxedFile(path: path, name: Self.title(name), library: library, sources: sources)
        } catch let error as LuaError {
            throw .ruleFailed(rule: name, fault: .other(SandboxedFile.reason(error)))
        } catch {
            throw .storage(path: folder, .cannotRead(reason: "\(error)"))
        }
        guard file.valueType == "function" else {
            file.close()
            throw .ruleFailed(rule: name, fault: .notFunction(file: Self.title(name), FoundType(file.valueType)))
        }
        self.name = name
        self.sources = sources
        takesContext = file.state.parameterCount(of: file.value).map { $0 > 1 } ?? true
    }

    deinit {
        // The last set that had this rule is gone, wherever that was: the state ends on the loop.
        let state = file.state
        LoopActor.spawn { state.close() }
    }

    /// How messages call the rule's file.
    nonisolated static func title(_ name: String) -> String { "scripts/rules/\(name)" }

    /// The prompt that the rule makes of `prompt`; throws `rule_failed`.
    func rewrite(_ prompt: String, _ context: RuleContext) throws(GenerationError) -> String {
        do {
            return try file.state.call(
                file.value, deadline: SandboxedFile.deadline,
                push: { stack in
                    stack.push(prompt)
                    if !takesContext { return 1 }
                    stack.push(context)
                    return 2
                },
                read: { stack, first, count in try self.prompt(stack, first, count) })
        } catch let error as LuaError {
            throw .ruleFailed(rule: name, fault: .other(SandboxedFile.reason(error)))
        } catch {
            throw (error as? GenerationError) ?? .ruleFailed(rule: name, fault: .other("\(error)"))
        }
    }

    /// The string that the rule returned.
    private func prompt(_ stack: LuaStack, _ first: Int32, _ count: Int32) throws(GenerationError) -> String {
        let type = count == 0 ? "nil" : stack.typeName(at: first)
        if type == "string", let prompt = stack.string(at: first) { return prompt }
        let file = Self.title(name)
        throw .ruleFailed(
            rule: name, fault: type == "string" ? .notUTF8(file: file) : .notText(file: file, FoundType(type)))
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
