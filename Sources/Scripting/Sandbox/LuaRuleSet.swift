import EventLoop
import Generation

/// The rules of one moment, in the order of their file names. A reload makes another set; whoever began with this one
/// may end with it, and its states live as long as somebody does.
@LoopActor
final class LuaRuleSet: PromptRules {
    private let rules: [LuaRule]

    init(_ rules: [LuaRule]) {
        self.rules = rules
    }

    func snapshot() throws(GenerationError) -> any PromptRules { self }

    func apply(to prompt: String, context: RuleContext) throws(GenerationError) -> [RuleStep] {
        var steps: [RuleStep] = []
        steps.reserveCapacity(rules.count)
        var prompt = prompt
        for rule in rules {
            prompt = try rule.rewrite(prompt, context)
            steps.append(RuleStep(rule: rule.name, prompt: prompt))
        }
        return steps
    }
}
