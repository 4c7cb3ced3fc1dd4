internal import EventLoop
internal import FalClient
internal import JSON

/// Calls with a key: the job that it names is paid for once, whoever asks for it how often.
extension GenerationService {
    /// The result of the job that the key names, else what `generate` makes.
    ///
    /// The key comes before all checks: avatars, presets and rules may have changed since the picture was paid for.
    func once(
        _ key: JobKey?, _ request: GenerationRequest, _ start: ContinuousClock.Instant,
        _ generate: () async throws(GenerationError) -> GenerationResult
    ) async throws(GenerationError) -> GenerationResult {
        guard let key, !settings.testMode else { return try await generate() }
        let timeout = request.overrides[ConfigKey.timeout.rawValue]?.numberValue.map { Duration.seconds($0) }
        try await queue.enter(key, until: timeout.map { start + $0 })
        defer { queue.leave(key) }
        if let result = try await collected(key, request, start) { return result }
        do throws(GenerationError) {
            return try await generate()
        } catch {
            // Another process was faster: the job is its, and nothing was sent from here.
            guard case .storage(_, .keyTaken) = error, let result = try await collected(key, request, start) else {
                throw error
            }
            return result
        }
    }

    /// The marks of a batch's calls.
    func marks(
        of count: Int, _ overrides: JSONObject, _ places: [CallPlace]
    ) throws(GenerationError) -> [CallMark] {
        let key = try JobKey(of: overrides)
        var marks: [CallMark] = []
        for index in 0..<count {
            marks.append(
                CallMark(places.indices.contains(index) ? places[index] : nil, try key?.numbered(index + 1)))
        }
        return marks
    }

    private func collected(
        _ key: JobKey, _ request: GenerationRequest, _ start: ContinuousClock.Instant
    ) async throws(GenerationError) -> GenerationResult? {
        let found = try await queue.collect(
            key, avatarID: request.avatar.id, prompt: request.prompt, overrides: request.overrides)
        guard let (order, job) = found else { return nil }
        let endpoint = order.endpoint.description
        let output = try ImageOutput(job.result, endpoint: endpoint).with(job.files)
        log.collected(key.text, url: output.images[0].url)
        return GenerationResult(
            images: output.images, seed: output.seed ?? order.seed,
            prompt: order.arguments["prompt"]?.stringValue ?? "",
            endpoint: endpoint, arguments: order.arguments, requestID: job.result.requestID, jobID: job.id,
            duration: (.now - start) / .seconds(1), simulated: output.simulated,
            billableUnits: job.result.billableUnits, price: job.price, avatarID: order.subject?.avatarID ?? "",
            preset: order.subject?.preset ?? "", isResumed: true)
    }
}

extension AvatarReference {
    var id: String {
        switch self {
        case .id(let id): id
        case .avatar(let avatar): avatar.id
        }
    }
}
