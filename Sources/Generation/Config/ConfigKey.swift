/// The keys of a config (DESIGN.md §2).
package enum ConfigKey: String, Sendable, CaseIterable {
    case quality
    case preset
    case numInferenceSteps = "num_inference_steps"
    case guidanceScale = "guidance_scale"
    case imageSize = "image_size"
    case aspectRatio = "aspect_ratio"
    case loraScale = "lora_scale"
    case finetuneStrength = "finetune_strength"
    case numImages = "num_images"
    case enableSafetyChecker = "enable_safety_checker"
    case seed
    case outputFormat = "output_format"
    case safetyTolerance = "safety_tolerance"
    case raw
    case enhancePrompt = "enhance_prompt"
    case acceleration
    case endpoint
    case timeout
    case priority
    case cache
    case fairnessKey = "fairness_key"
    case key
    case retryFailed = "retry_failed"
    case webhookURL = "webhook_url"

    /// What its value must be on any endpoint; a known endpoint narrows it.
    package var type: FieldType {
        switch self {
        case .quality, .preset, .outputFormat, .acceleration, .fairnessKey: .text
        case .numInferenceSteps, .numImages: .integer(1...Int64.max)
        case .guidanceScale: .number(0...Double.greatestFiniteMagnitude)
        case .imageSize: .imageSize
        case .aspectRatio: .aspectRatio
        case .loraScale: .number(EndpointCatalog.loraScales)
        case .finetuneStrength: .number(EndpointCatalog.finetuneStrengths)
        case .key: .name(JobKey.length)
        case .enableSafetyChecker, .raw, .enhancePrompt, .cache, .retryFailed: .boolean
        case .seed: .integer(Int64.min...Int64.max)
        case .safetyTolerance: .level(1...6)
        case .endpoint: .endpoint
        case .timeout: .number(0.001...604_800)
        case .priority: .word(JobOptions.priorities)
        case .webhookURL: .address
        }
    }

    /// What a key steers; only arguments are sent to the endpoint.
    package var role: Role {
        switch self {
        case .quality, .preset: .selector
        case .endpoint: .route
        case .timeout, .priority, .cache, .fairnessKey, .webhookURL: .job
        case .key, .retryFailed: .call
        default: .argument
        }
    }

    package enum Role: Sendable {
        /// Names the preset.
        case selector
        /// Names the endpoint.
        case route
        /// Says how the job is queued and awaited, or what answers in its place.
        case job
        case argument
        /// Names the one call that it is given with: no preset can have it.
        case call
    }

    /// All keys as they are written.
    package static let names = allCases.map(\.rawValue)
}
