import EventLoop
import Generation

/// Does what `scripts/rules/20_trigger.lua` does, and fails for the prompt "break the rule".
@LoopActor
final class TriggerRules: PromptRules {
    private(set) var contexts: [RuleContext] = []

    nonisolated init() {}

    let sources = [SourceHash(path: "scripts/rules/20_trigger.lua", sha256: "5ca1ab1e")]

    func snapshot() throws(GenerationError) -> any PromptRules { self }

    func apply(to prompt: String, context: RuleContext) throws(GenerationError) -> [RuleStep] {
        contexts.append(context)
        if prompt == "break the rule" { throw .ruleFailed(rule: "20_trigger.lua:4", fault: .other("broken")) }
        if prompt == "erase me" { return [RuleStep(rule: "20_trigger.lua", prompt: " ")] }
        if prompt.hasPrefix("repeat to "), let length = Int(prompt.dropFirst(10)) {
            return [RuleStep(rule: "20_trigger.lua", prompt: String(repeating: "x", count: length))]
        }
        let avatar = context.avatar
        let trigger =
            avatar.trainingType == "style"
            ? avatar.triggerWord ?? avatar.triggerPhrase : avatar.triggerPhrase ?? avatar.triggerWord
        guard let trigger, !Phrase.contains(trigger, in: prompt) else {
            return [RuleStep(rule: "20_trigger.lua", prompt: prompt)]
        }
        return [RuleStep(rule: "20_trigger.lua", prompt: "\(trigger), \(prompt)")]
    }
}
