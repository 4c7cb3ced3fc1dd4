import EventLoop
import Generation

/// The rules of one moment, in the order of their file names. A reload makes another set; whoever began with this one
/// may end with it, and its states live as long as somebody does.
@LoopActor
final class LuaRuleSet: PromptRules {
    private let rules: [LuaRule]
    private let root: String
    private var known: [SourceHash] = []

    /// - Parameter root: the project's folder.
    init(_ rules: [LuaRule], root: String) {
        self.rules = rules
        self.root = root
    }

    /// Made anew only when a rule has required another module.
    var sources: [SourceHash] {
        if rules.reduce(0, { $0 + $1.sources.hashes.count }) != known.count {
            known = rules.flatMap(\.sources.hashes).map { $0.relative(to: root) }
        }
        return known
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
