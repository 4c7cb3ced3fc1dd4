package import EventLoop
internal import FalClient
package import JSON

/// Makes pictures with trained avatars: checks, rules, route, job, result.
@LoopActor
package final class GenerationService {
    let queue: any JobQueue
    let avatars: any AvatarStore
    let presets: any PresetSource
    let rules: any PromptRules
    package let settings: GenerationSettings
    private let log: GenerationLog

    package init(
        queue: any JobQueue, avatars: any AvatarStore, presets: any PresetSource, rules: any PromptRules,
        settings: GenerationSettings
    ) {
        self.queue = queue
        self.avatars = avatars
        self.presets = presets
        self.rules = rules
        self.settings = settings
        log = GenerationLog(logger: settings.logger, language: settings.language)
    }

    /// Says what `generate` would send and where each value comes from; sends nothing and needs no key.
    package func explain(_ request: GenerationRequest) async throws(GenerationError) -> Explanation {
        let subject = try await subject(request.avatar)
        try Prompt.check(request.prompt)
        let plan = try plan(subject, request.overrides)
        let steps = try steps(request.prompt, plan, rules)
        return Explanation(plan: plan, prompt: request.prompt, steps: steps, testMode: settings.testMode)
    }

    /// Makes the pictures of one prompt.
    ///
    /// Checks in this order, and sends nothing before all have passed: the avatar exists, is trained and has its model
    /// data; prompt; preset and config; rules; key.
    package func generate(_ request: GenerationRequest) async throws(GenerationError) -> GenerationResult {
        let start = ContinuousClock.now
        let subject = try await subject(request.avatar)
        try Prompt.check(request.prompt)
        let plan = try plan(subject, request.overrides)
        let prompt = try steps(request.prompt, plan, rules).last?.prompt ?? request.prompt
        try checkKey()
        return try await perform(plan, prompt: prompt, start: start)
    }

    /// Makes the pictures of several prompts side by side; one entry for each prompt, in their order.
    ///
    /// What holds for all prompts is thrown before anything is sent: a fault of the avatar or the config, a rule that
    /// cannot be loaded, a missing key. What holds for one (the prompt itself, what a rule makes of it, fal's answer) is
    /// that prompt's entry. All prompts go through the rules as they are at the start.
    package func generateMany(
        avatar: AvatarReference, prompts: [String], overrides: JSONObject = [:], concurrency: Int = 8
    ) async throws(GenerationError) -> [Result<GenerationResult, GenerationError>] {
        let plan = try plan(try await subject(avatar), overrides)
        if prompts.isEmpty { return [] }
        let rules = try rules.snapshot()
        try checkKey()
        return await performAll(plan, rules, prompts: prompts, concurrency: max(1, concurrency))
    }

    /// True in test mode, or when there is a key.
    package var isAvailable: Bool { settings.testMode || queue.hasKey }

    // MARK: The steps of a generation

    private func subject(_ reference: AvatarReference) async throws(GenerationError) -> TrainedAvatar {
        switch reference {
        case .avatar(let avatar): return try TrainedAvatar(avatar)
        case .id(let id):
            if let avatar = try await avatars.avatar(id: id) { return try TrainedAvatar(avatar) }
            let known = try await avatars.avatars()
            throw .avatarNotFound(id: id, nearest: DidYouMean.nearest(to: id, in: known.lazy.map(\.id)))
        }
    }

    private func plan(_ subject: TrainedAvatar, _ overrides: JSONObject) throws(GenerationError) -> GenerationPlan {
        let config = try GenerationConfig(overrides: overrides, presets: presets)
        return try GenerationPlan(subject: subject, config: config, settings: settings)
    }

    /// Runs the rules; what they leave must be a prompt again.
    func steps(
        _ prompt: String, _ plan: GenerationPlan, _ rules: any PromptRules
    ) throws(GenerationError) -> [RuleStep] {
        let context = RuleContext(
            avatar: plan.subject.avatar, preset: plan.config.preset.name, config: plan.config.json,
            endpoint: plan.endpoint)
        let steps = try rules.apply(to: prompt, context: context)
        if let last = steps.last, let fault = Prompt.fault(in: last.prompt, limit: Prompt.longestAfterRules) {
            let reason = GenerationError.invalidPrompt(fault).message(in: settings.language)
            throw .ruleFailed(rule: last.rule, reason: reason)
        }
        return steps
    }

    private func checkKey() throws(GenerationError) {
        guard isAvailable else { throw .missingAPIKey }
    }

    /// Submits the job, or in test mode only says so.
    func perform(
        _ plan: GenerationPlan, prompt: String, start: ContinuousClock.Instant
    ) async throws(GenerationError) -> GenerationResult {
        let arguments = plan.arguments(prompt: prompt)
        if settings.testMode {
            let images = PlaceholderImages.images(for: plan, prompt: prompt)
            let seed = plan.arguments.first { $0.name == "seed" }?.value.integerValue
            log.simulated(url: images[0].url)
            return result(plan, prompt, arguments, start, images: images, seed: seed, simulated: true)
        }
        log.started(plan, arguments: arguments)
        do throws(GenerationError) {
            let job = try await submit(plan, arguments)
            let output = try ImageOutput(job, endpoint: plan.endpoint)
            log.finished(plan, url: output.images[0].url)
            return result(
                plan, prompt, arguments, start, images: output.images, seed: output.seed, simulated: output.simulated,
                job: job)
        } catch {
            log.failed(plan, error)
            throw error
        }
    }

    private func submit(_ plan: GenerationPlan, _ arguments: JSONObject) async throws(GenerationError) -> QueueResult {
        do throws(FalError) {
            return try await queue.perform(plan.endpointID, arguments: arguments, options: plan.options)
        } catch {
            throw .fal(error)
        }
    }

    private func result(
        _ plan: GenerationPlan, _ prompt: String, _ arguments: JSONObject, _ start: ContinuousClock.Instant,
        images: [GeneratedImage], seed: Int64?, simulated: Bool, job: QueueResult? = nil
    ) -> GenerationResult {
        GenerationResult(
            images: images, seed: seed, prompt: prompt, endpoint: plan.endpoint, arguments: arguments,
            requestID: job?.requestID, jobID: Self.newJobID(), duration: (.now - start) / .seconds(1),
            simulated: simulated, billableUnits: job?.billableUnits, avatarID: plan.subject.avatar.id,
            preset: plan.config.preset.name)
    }

    /// 16 hexadecimal digits: a random number of the process, and a count.
    private static func newJobID() -> String {
        jobCount += 1
        let digits = String(processNumber &+ jobCount, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static let processNumber = UInt64.random(in: 0...UInt64.max)
    private static var jobCount: UInt64 = 0
}
