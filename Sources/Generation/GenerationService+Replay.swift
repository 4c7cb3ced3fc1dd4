internal import FalClient
internal import JSON

extension GenerationService {
    /// Sends a recorded request again, exactly as it is; presets and rules have no part in it.
    ///
    /// Throws `missing_api_key` first of all. In test mode too it goes to the queue: whoever asks decides that.
    package func replay(_ order: JobOrder) async throws(GenerationError) -> GenerationResult {
        let start = ContinuousClock.now
        guard queue.hasKey else { throw .missingAPIKey }
        let endpoint = order.endpoint.description
        let avatar = order.subject?.avatarID ?? "-"
        log.replayed(avatar: avatar, arguments: order.arguments)
        do throws(GenerationError) {
            let job = try await queue.perform(order)
            let output = try ImageOutput(job.result, endpoint: endpoint)
            log.replayed(avatar: avatar, url: output.images[0].url)
            let result = GenerationResult(
                images: output.images, seed: output.seed ?? order.seed,
                prompt: order.arguments["prompt"]?.stringValue ?? "", endpoint: endpoint, arguments: order.arguments,
                requestID: job.result.requestID, jobID: job.id, duration: (.now - start) / .seconds(1),
                simulated: output.simulated, billableUnits: job.result.billableUnits, price: job.price,
                avatarID: order.subject?.avatarID ?? "", preset: order.subject?.preset ?? "")
            metrics?.generated(result)
            return result
        } catch {
            log.failed(avatar: avatar, error)
            metrics?.failed(endpoint, order.subject?.preset, error.code)
            throw error
        }
    }
}
