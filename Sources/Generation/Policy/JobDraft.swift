package import EventLoop
package import JSON

/// A job that is about to be sent, as long as the policy may change it.
@LoopActor
package protocol JobDraft: AnyObject, Sendable {
    var order: JobOrder { get }
    /// What the policy sees of the avatar; nil without one.
    var avatar: JSONObject? { get }
    var config: JSONObject? { get }

    /// Plans the job anew with another preset, and leaves it as it was when that cannot be.
    func replan(preset: String) throws(GenerationError)
}

/// A job that is what it is: a script sends it to an endpoint by itself, or it is in the ledger already.
@LoopActor
final class FixedDraft: JobDraft {
    let order: JobOrder

    init(_ order: JobOrder) {
        self.order = order
    }

    var avatar: JSONObject? { order.subject.map { ["id": .string($0.avatarID)] } }
    var config: JSONObject? { nil }

    func replan(preset: String) throws(GenerationError) {
        throw .policyFailed(
            reason: order.subject == nil
                ? "the script sends this job to \(order.endpoint) by itself: it has no preset"
                : "this job is in the ledger already: its preset cannot be changed")
    }
}

/// A generation before it is sent.
@LoopActor
final class GenerationDraft: JobDraft {
    private let service: GenerationService
    private let rules: any PromptRules
    /// Nil for a call that is only explained.
    private let log: GenerationLog?
    private(set) var plan: GenerationPlan
    private(set) var prompt: RewrittenPrompt
    private(set) var order: JobOrder

    init(
        _ plan: GenerationPlan, _ prompt: RewrittenPrompt, _ rules: any PromptRules, _ mark: CallMark,
        service: GenerationService, log: GenerationLog?
    ) {
        self.plan = plan
        self.prompt = prompt
        self.rules = rules
        self.service = service
        self.log = log
        order = service.order(plan, prompt, mark)
    }

    var avatar: JSONObject? { plan.subject.avatar.json }
    var config: JSONObject? { plan.config.json }

    /// The call's own overrides stay; the rules run again, for they may look at the preset.
    func replan(preset name: String) throws(GenerationError) {
        let before = plan.config.preset.name
        let config = try plan.config.replacing(preset: name, from: service.presets)
        let newPlan = try GenerationPlan(subject: plan.subject, config: config, settings: service.settings)
        prompt = try service.rewritten(prompt.original, newPlan, rules)
        plan = newPlan
        var next = service.order(
            plan, prompt, CallMark(order.place, order.options.key, pictureName: order.pictureName))
        next.asked = order.asked ?? JobOrder.Asked(endpoint: order.endpoint, arguments: order.arguments)
        order = next
        log?.changedPreset(plan, from: before)
        log?.started(plan, arguments: order.arguments)
    }
}
