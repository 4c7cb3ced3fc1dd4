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
    let log: GenerationLog
    /// Told of every generation that ends.
    package var metrics: RunMetrics?
    /// Looks at pinned LoRA files beside the generations; nil looks at none.
    package var pins: PinWatch?

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
        let prompt = try rewritten(request.prompt, plan, rules)
        let draft = GenerationDraft(plan, prompt, rules, CallMark(), service: self, log: nil)
        let review = try await queue.review(draft)
        let steps = try steps(request.prompt, draft.plan, rules)
        return Explanation(
            plan: draft.plan, prompt: request.prompt, steps: steps, testMode: settings.testMode,
            prices: settings.prices, policy: review, cache: try await queue.lookUp(draft.order))
    }

    /// Makes the pictures of one prompt.
    ///
    /// Checks in this order, and sends nothing before all have passed: the avatar exists, is trained and has its model
    /// data; prompt; preset and config; rules; key.
    package func generate(_ request: GenerationRequest) async throws(GenerationError) -> GenerationResult {
        let start = ContinuousClock.now
        let key = try JobKey(of: request.overrides)
        return try await once(key, request, start) { () async throws(GenerationError) in
            let (plan, rules, prompt) = try await checked(request)
            let mark = CallMark(request.place, key, pictureName: request.pictureName)
            return try await perform(plan, prompt: prompt, rules: rules, mark: mark, start: start)
        }
    }

    private func checked(
        _ request: GenerationRequest
    ) async throws(GenerationError) -> (GenerationPlan, any PromptRules, RewrittenPrompt) {
        do throws(GenerationError) {
            let subject = try await subject(request.avatar)
            try Prompt.check(request.prompt)
            let plan = try plan(subject, request.overrides)
            let rules = try rules.snapshot()
            let prompt = try rewritten(request.prompt, plan, rules)
            try checkKey()
            return (plan, rules, prompt)
        } catch {
            metrics?.failed(nil, nil, error.code)
            throw error
        }
    }

    /// Makes the pictures of several prompts side by side; one entry for each prompt, in their order.
    ///
    /// What holds for all prompts is thrown before anything is sent: a fault of the avatar or the config, a rule that
    /// cannot be loaded, a missing key. What holds for one (the prompt itself, what a rule makes of it, fal's answer) is
    /// that prompt's entry. All prompts go through the rules as they are at the start. `places` has one for each prompt,
    /// where a script asks.
    package func generateMany(
        avatar: AvatarReference, prompts: [String], overrides: JSONObject = [:], concurrency: Int? = nil,
        places: [CallPlace] = []
    ) async throws(GenerationError) -> [Result<GenerationResult, GenerationError>] {
        let plan = try plan(try await subject(avatar), overrides)
        if prompts.isEmpty { return [] }
        let rules = try rules.snapshot()
        try checkKey()
        return await performAll(
            plan, rules, prompts: prompts, marks: try marks(of: prompts.count, overrides, places),
            concurrency: max(1, concurrency ?? settings.concurrency))
    }

    /// True in test mode, or when there is a key.
    package var isAvailable: Bool { settings.testMode || queue.hasKey }

    // MARK: The steps of a generation

    func subject(_ reference: AvatarReference) async throws(GenerationError) -> TrainedAvatar {
        switch reference {
        case .avatar(let avatar): return try TrainedAvatar(avatar)
        case .id(let id):
            if let avatar = try await avatars.avatar(id: id) { return try TrainedAvatar(avatar) }
            let known = try await avatars.avatars().lazy.filter { !$0.isArchived }
            throw .avatarNotFound(id: id, nearest: DidYouMean.nearest(to: id, in: known.map(\.id)))
        }
    }

    func plan(_ subject: TrainedAvatar, _ overrides: JSONObject) throws(GenerationError) -> GenerationPlan {
        let config = try GenerationConfig(
            overrides: overrides, presets: presets, default: settings.defaultPreset)
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
            throw .ruleFailed(rule: last.rule, fault: .prompt(fault))
        }
        return steps
    }

    /// The prompt before and after the rules.
    func rewritten(
        _ prompt: String, _ plan: GenerationPlan, _ rules: any PromptRules
    ) throws(GenerationError) -> RewrittenPrompt {
        let final = try steps(prompt, plan, rules).last?.prompt ?? prompt
        return RewrittenPrompt(original: prompt, final: final, rules: rules.sources)
    }

    /// Throws `missing_api_key` where nothing could be sent.
    package func checkKey() throws(GenerationError) {
        guard isAvailable else { throw .missingAPIKey }
    }

    /// Submits the job, or in test mode only says so.
    func perform(
        _ plan: GenerationPlan, prompt: RewrittenPrompt, rules: any PromptRules, mark: CallMark,
        start: ContinuousClock.Instant
    ) async throws(GenerationError) -> GenerationResult {
        if settings.testMode {
            let result = simulated(plan, prompt, start)
            metrics?.generated(result, isTest: true)
            return result
        }
        let draft = GenerationDraft(plan, prompt, rules, mark, service: self, log: log)
        do throws(GenerationError) {
            if let job = try await queue.resume(draft.order), let earlier = job.earlier {
                let output = try ImageOutput(job.result, endpoint: plan.endpoint)
                log.resumed(plan, url: output.images[0].url)
                let result = result(plan, earlier.arguments, start, output, job)
                metrics?.generated(result)
                return result
            }
            log.started(plan, arguments: draft.order.arguments)
            pins?.look(at: plan.subject.avatar)
            let job = try await queue.perform(draft)
            let output = try ImageOutput(job.result, endpoint: draft.plan.endpoint).with(job.files)
            log.finished(draft.plan, url: output.images[0].url)
            var result = result(draft.plan, job.cachedArguments ?? draft.order.arguments, start, output, job)
            result.hasChangedLora = pins?.isChanged(plan.subject.avatar) == true
            metrics?.generated(result)
            return result
        } catch {
            log.failed(draft.plan, error)
            metrics?.failed(draft.plan.endpoint, draft.plan.config.preset.name, error.code)
            throw error
        }
    }

    /// What is sent. It always has a seed where the endpoint takes one: the seed finds the job again at fal when the
    /// answer to its submit is lost.
    func order(_ plan: GenerationPlan, _ prompt: RewrittenPrompt, _ mark: CallMark) -> JobOrder {
        var arguments = plan.arguments(prompt: prompt.final)
        var options = plan.options
        options.key = mark.key
        let hasDrawnSeed = arguments["seed"] == nil && plan.schema?.hasField("seed") == true
        if hasDrawnSeed {
            if options.cache != nil { options.cache = .anySeed }
            arguments.append("seed", .integer(Self.newSeed()))
        }
        let subject = JobOrder.Subject(
            avatarID: plan.subject.avatar.id, preset: plan.config.preset.name, prompt: prompt.original,
            overrides: JobKey.without(plan.config.overrides),
            sources: RequestSources(preset: plan.config.preset.sources, rules: prompt.rules))
        var order = JobOrder(endpoint: plan.endpointID, arguments: arguments, options: options, subject: subject)
        order.place = mark.place
        order.hasDrawnSeed = hasDrawnSeed
        order.pictureName = mark.pictureName
        return order
    }

    /// What every model takes: a positive number of 31 bits.
    nonisolated static func newSeed() -> Int64 { Int64.random(in: 1...0x7FFF_FFFF) }

    private func simulated(
        _ plan: GenerationPlan, _ prompt: RewrittenPrompt, _ start: ContinuousClock.Instant
    ) -> GenerationResult {
        let images = PlaceholderImages.images(for: plan, prompt: prompt.final)
        let seed = plan.arguments.first { $0.name == "seed" }?.value.integerValue
        log.simulated(url: images[0].url)
        return result(
            plan, plan.arguments(prompt: prompt.final), start, ImageOutput(images: images, seed: seed, simulated: true),
            nil)
    }

    private func result(
        _ plan: GenerationPlan, _ arguments: JSONObject, _ start: ContinuousClock.Instant, _ output: ImageOutput,
        _ job: FinishedJob?
    ) -> GenerationResult {
        GenerationResult(
            images: output.images, seed: output.seed ?? arguments["seed"]?.integerValue,
            prompt: arguments["prompt"]?.stringValue ?? "", endpoint: plan.endpoint, arguments: arguments,
            requestID: job?.result.requestID, jobID: job?.id ?? JobRunner.newID(),
            duration: (.now - start) / .seconds(1), simulated: output.simulated,
            billableUnits: job?.result.billableUnits, price: job?.price, avatarID: plan.subject.avatar.id,
            preset: plan.config.preset.name, isResumed: job?.earlier != nil, isCached: job?.cachedArguments != nil,
            runDuration: job?.result.inferenceTime)
    }
}

/// A prompt as the caller gave it and as the rules left it.
struct RewrittenPrompt: Sendable {
    let original: String
    let final: String
    /// What rewrote it.
    let rules: [SourceHash]
}
