internal import EventLoop
internal import FalClient
internal import JSON

extension JobRunner {
    /// How often a policy may choose another preset for one job.
    private static let mostChanges = 3

    /// Asks the policy about a job and sets aside what it may cost: in one step on the loop, so that jobs side by side
    /// are each asked about with all before them counted. Nothing may be sent when it throws.
    func admit(_ draft: any JobDraft, as id: String) async throws(GenerationError) -> JobCost {
        if let policy, policy.isPresent {
            let others = try await day.others { spending.total }
            // Nothing waits from here on.
            if let reason = try ask(policy, about: draft, others) {
                throw .refusedByPolicy(endpoint: draft.order.endpoint.description, reason: reason)
            }
        }
        let cost = try spending.reserve(id, draft.order.endpoint, draft.order.arguments)
        metrics?.begin(id, draft.order)
        return cost
    }

    package func review(_ draft: any JobDraft) async throws(GenerationError) -> PolicyReview? {
        guard let policy, policy.isPresent else { return nil }
        let preset = draft.order.subject?.preset
        let refusal = try ask(policy, about: draft, try await day.others { spending.total })
        return PolicyReview(refusal: refusal, insteadOf: draft.order.subject?.preset == preset ? nil : preset)
    }

    /// Asks until the policy allows the job or refuses it; returns why it refuses.
    private func ask(
        _ policy: any JobPolicy, about draft: any JobDraft, _ others: JobTotal
    ) throws(GenerationError) -> String? {
        var changes = 0
        while true {
            let sums = day.sums(own: spending.total, others: others)
            switch try policy.verdict(on: job(draft), spent: sums) {
            case .allow: return nil
            case .refuse(let reason): return reason
            case .preset(let name):
                changes += 1
                try change(draft, to: name, changes, policy)
            }
        }
    }

    private func change(
        _ draft: any JobDraft, to name: String, _ changes: Int, _ policy: any JobPolicy
    ) throws(GenerationError) {
        func failure(_ reason: String) -> GenerationError {
            .policyFailed(reason: "\(policy.title): it chose the preset '\(name)': \(reason)")
        }
        guard changes <= Self.mostChanges else {
            throw failure("a job's preset may be changed \(Self.mostChanges) times")
        }
        guard draft.order.subject?.preset != name else { throw failure("the job has that one") }
        do throws(GenerationError) {
            try draft.replan(preset: name)
        } catch .policyFailed(let reason) {
            throw failure(reason)
        } catch {
            throw failure(error.message(in: .english))
        }
    }

    private func job(_ draft: any JobDraft) -> PolicyJob {
        let order = draft.order
        let endpoint = order.endpoint.description
        return PolicyJob(
            avatar: draft.avatar, preset: order.subject?.preset, config: draft.config, endpoint: endpoint,
            arguments: order.arguments, prompt: order.arguments["prompt"]?.stringValue,
            estimate: spending.estimate(endpoint, order.arguments).amount,
            pictures: BilledRequest(endpoint: nil, arguments: order.arguments).pictures, script: run.script)
    }
}
