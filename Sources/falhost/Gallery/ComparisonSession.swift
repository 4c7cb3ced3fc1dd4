import Batch
import EventLoop
import FalClient
import Gallery
import Generation
import JSON

/// One comparison: checked as a whole, then made.
@LoopActor
struct ComparisonSession {
    let host: Host
    let plan: ComparisonPlan
    /// Of the command line; what varies lies on top.
    let overrides: JSONObject

    private func request(_ job: BatchJob) -> GenerationRequest {
        var config = overrides
        config.merge(job.overrides)
        if let preset = job.preset { config["preset"] = .string(preset) }
        return GenerationRequest(avatar: .id(job.avatar), prompt: job.prompt, overrides: config)
    }

    // MARK: Before anything is sent

    /// What each cell would send; throws all that is wrong, cell by cell.
    func check() async throws -> [Explanation] {
        let service = try host.service()
        var explanations: [Explanation] = []
        var problems: [String] = []
        for job in plan.jobs {
            do throws(GenerationError) {
                explanations.append(try await service.explain(request(job)))
            } catch {
                if error.code == .cancelled || error.code == .storage { throw error }
                problems.append("\(plan.name(of: job)): \(error.message(in: host.language))")
            }
        }
        guard problems.isEmpty else {
            let lines = problems.prefix(20) + (problems.count > 20 ? ["… and \(problems.count - 20) more"] : [])
            throw CommandError(.invalidData, "nothing was sent\n" + lines.joined(separator: "\n"))
        }
        return explanations
    }

    // MARK: The work

    func run(_ explanations: [Explanation], concurrency: Int) async throws -> ComparisonOutcome {
        let service = try host.service()
        try service.checkKey()
        let keeps = !host.settings.testMode
        let outcome = ComparisonOutcome(
            plan: plan, explanations: explanations, host: host, isSimulated: try host.isSimulated(),
            run: try host.jobs().run.id)
        outcome.begin()
        let runner = BatchRunner(concurrency: concurrency) { job throws(BatchFailure) in
            let result: GenerationResult
            do throws(GenerationError) { result = try await service.generate(request(job)) } catch {
                throw .generation(error)
            }
            return BatchPictures(result: result, files: keeps ? try await keep(result) : [])
        } report: {
            outcome.add($0)
        }
        outcome.end(await runner.run(plan.jobs))
        return outcome
    }

    private func keep(_ result: GenerationResult) async throws(BatchFailure) -> [String] {
        do throws(GenerationError) {
            return try await host.keep(result)
        } catch {
            throw .saving(result, error)
        }
    }
}
