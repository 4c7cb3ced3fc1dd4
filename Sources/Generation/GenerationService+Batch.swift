internal import EventLoop

extension GenerationService {
    typealias Entry = Result<GenerationResult, GenerationError>

    /// At most `concurrency` prompts at a time; a cancelled task starts none of those that wait.
    func performAll(
        _ plan: GenerationPlan, _ rules: any PromptRules, prompts: [String], marks: [CallMark], concurrency: Int
    ) async -> [Entry] {
        await withTaskGroup(of: (Int, Entry).self) { group in
            var entries = [Entry](repeating: .failure(.cancelled), count: prompts.count)
            var next = 0
            func startNext() {
                guard next < prompts.count, !group.isCancelled else { return }
                let index = next
                next += 1
                group.addTask { [self] in (index, await entry(plan, rules, prompt: prompts[index], marks[index])) }
            }
            for _ in 0..<min(concurrency, prompts.count) { startNext() }
            while let (index, entry) = await group.next() {
                entries[index] = entry
                startNext()
            }
            return entries
        }
    }

    private func entry(
        _ plan: GenerationPlan, _ rules: any PromptRules, prompt: String, _ mark: CallMark
    ) async -> Entry {
        let start = ContinuousClock.now
        let request = GenerationRequest(
            avatar: .avatar(plan.subject.avatar), prompt: prompt, overrides: plan.config.overrides)
        do throws(GenerationError) {
            let result = try await once(mark.key, request, start) { () async throws(GenerationError) in
                let prompt = try checked(prompt, plan, rules)
                return try await perform(plan, prompt: prompt, rules: rules, mark: mark, start: start)
            }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }

    private func checked(
        _ prompt: String, _ plan: GenerationPlan, _ rules: any PromptRules
    ) throws(GenerationError) -> RewrittenPrompt {
        do throws(GenerationError) {
            try Prompt.check(prompt)
            return try rewritten(prompt, plan, rules)
        } catch {
            metrics?.failed(plan.endpoint, plan.config.preset.name, error.code)
            throw error
        }
    }
}
