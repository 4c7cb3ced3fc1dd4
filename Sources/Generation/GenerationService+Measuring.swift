extension GenerationService {
    /// `generate`, and a log line of how long it took, also of a failure (the guide's `generate_with_metrics`).
    package func generateMeasured(_ request: GenerationRequest) async throws(GenerationError) -> GenerationResult {
        let start = ContinuousClock.now
        do throws(GenerationError) {
            let result = try await generate(request)
            log.measured(.now - start)
            return result
        } catch {
            log.measured(.now - start, error)
            throw error
        }
    }
}
