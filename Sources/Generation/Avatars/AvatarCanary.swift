package import EventLoop
internal import JSON

/// The picture by which one sees that an avatar still works: always the same words, values and seed.
@LoopActor
package struct AvatarCanary {
    private let service: GenerationService
    private let keep: @LoopActor (GenerationResult, NameTemplate) async throws -> [String]

    /// - Parameter keep: keeps a result's pictures under a name and returns their paths.
    package init(
        service: GenerationService,
        keep: @escaping @LoopActor (GenerationResult, NameTemplate) async throws -> [String]
    ) {
        self.service = service
        self.keep = keep
    }

    /// What is asked for. No preset is part of it, so that no edit of one looks like a change of the model.
    package static func request(_ avatar: Avatar) -> GenerationRequest {
        let style: JSONObject = ["finetune_strength": 1.0]
        let portrait: JSONObject = ["lora_scale": 1.0]
        var values: JSONObject = [
            "num_inference_steps": 28, "guidance_scale": 3.5, "image_size": "square", "num_images": 1,
            "seed": 20_250_613,
            "output_format": "png",
        ]
        values.merge(avatar.trainingType == TrainingType.style.rawValue ? style : portrait)
        return GenerationRequest(avatar: .id(avatar.id), prompt: "portrait, plain grey background", overrides: values)
    }

    /// What it may cost; nil where that is not known, or nothing is sent.
    package func cost(_ avatar: Avatar) async throws(GenerationError) -> Dollars? {
        if service.settings.testMode { return .zero }
        return try await service.explain(Self.request(avatar)).cost.amount
    }

    /// Makes the picture and keeps it in `canary/` of the picture folder.
    package func check(_ avatar: Avatar) async throws -> (result: GenerationResult, files: [String]) {
        let result = try await service.generate(Self.request(avatar))
        if service.settings.testMode { return (result, []) }
        return (result, try await keep(result, NameTemplate("canary/{avatar}_{date}_{time}.{ext}")))
    }
}
