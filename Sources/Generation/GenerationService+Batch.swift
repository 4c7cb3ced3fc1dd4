internal import EventLoop

extension GenerationService {
    typealias Entry = Result<GenerationResult, GenerationError>

    /// At most `concurrency` prompts at a time; a cancelled task starts none of those that wait.
    func performAll(
        _ plan: GenerationPlan, _ rules: any PromptRules, prompts: [String], places: [CallPlace], concurrency: Int
    ) async -> [Entry] {
        await withTaskGroup(of: (Int, Entry).self) { group in
            var entries = [Entry](repeating: .failure(.cancelled), count: prompts.count)
            var next = 0
            func startNext() {
                guard next < prompts.count, !group.isCancelled else { return }
                let index = next
                next += 1
                let place = places.indices.contains(index) ? places[index] : nil
                group.addTask { [self] in (index, await entry(plan, rules, prompt: prompts[index], place)) }
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
        _ plan: GenerationPlan, _ rules: any PromptRules, prompt: String, _ place: CallPlace?
    ) async -> Entry {
        let start = ContinuousClock.now
        let rewritten: RewrittenPrompt
        do throws(GenerationError) {
            try Prompt.check(prompt)
            rewritten = try self.rewritten(prompt, plan, rules)
        } catch {
            metrics?.failed(plan.endpoint, plan.config.preset.name, error.code)
            return .failure(error)
        }
        do throws(GenerationError) {
            return .success(try await perform(plan, prompt: rewritten, rules: rules, place: place, start: start))
        } catch {
            return .failure(error)
        }
    }
}
