internal import FalClient
internal import JSON
internal import Logging

/// Requests that kept pictures answer (`cache = true`).
extension JobRunner {
    /// What an equal request gave; nil when the order asks for no cache, or nothing is kept for it.
    package func keptAnswer(to order: JobOrder) async throws(GenerationError) -> FinishedJob? {
        guard let use = order.options.cache else { return nil }
        guard let cache else {
            logger.warning("cache: there is no ledger, so nothing is kept for it")
            return nil
        }
        guard let (job, pictures) = try await cache.answer(to: order, use, in: run),
            case .completed(let request, let output) = job.state
        else {
            logger.info("[FAL AI] cache miss: \(order.endpoint)")
            return nil
        }
        logger.info("[FAL AI] cache hit: \(order.endpoint), job \(job.id) of run \(job.run): \(pictures[0].path)")
        let result = QueueResult(
            output: output.withFiles(pictures), requestID: request.requestID, billableUnits: nil, status: 200)
        return FinishedJob(
            id: job.id, result: result, price: .zero, files: pictures, cachedArguments: job.order.arguments)
    }

    package func lookUp(_ order: JobOrder) async throws(GenerationError) -> CacheAnswer? {
        guard let use = order.options.cache else { return nil }
        guard let found = try await cache?.answer(to: order, use, in: run) else { return .miss }
        return .hit(job: found.job.id)
    }

    /// Keeps the pictures of a job whose order asks for the cache; the job's result does not depend on it.
    func keepForCache(_ job: SubmittedJob) async -> [KeptPicture] {
        guard job.order?.options.cache != nil, let cache, let sources = recentPictures(of: job.id) else { return [] }
        do throws(GenerationError) {
            return try await cache.keep(sources)
        } catch {
            logger.warning("cache: job \(job.id) is not in it: \(error.message(in: .english))")
            return []
        }
    }
}
