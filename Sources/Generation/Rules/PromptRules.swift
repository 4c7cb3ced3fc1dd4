package import EventLoop
package import JSON

/// What a rule may look at besides the prompt.
package struct RuleContext: Sendable {
    package let avatar: Avatar
    /// The preset in use.
    package let preset: String
    /// The preset's values with the call's on top, by config key.
    package let config: JSONObject
    package let endpoint: String

    package init(avatar: Avatar, preset: String, config: JSONObject, endpoint: String) {
        self.avatar = avatar
        self.preset = preset
        self.config = config
        self.endpoint = endpoint
    }
}

/// One rule that ran, and the prompt it returned.
package struct RuleStep: Sendable, Equatable {
    /// The rule's file name: `20_trigger.lua`.
    package let rule: String
    package let prompt: String

    package init(rule: String, prompt: String) {
        self.rule = rule
        self.prompt = prompt
    }
}

/// Rewrites prompts before they are sent.
@LoopActor
package protocol PromptRules: AnyObject, Sendable {
    /// Runs all rules in the order of their file names and returns one step for each; none when there are no rules.
    ///
    /// Throws `rule_failed` with the rule's file and line.
    func apply(to prompt: String, context: RuleContext) throws(GenerationError) -> [RuleStep]

    /// The rules as they are now: a batch ends with those that it began with, whatever happens to their files.
    func snapshot() throws(GenerationError) -> any PromptRules

    /// The rules' files in the order in which they run, each with the modules that it has required so far.
    ///
    /// Ask a snapshot: other rules may be different ones at the next call.
    var sources: [SourceHash] { get }
}
