/// What one endpoint takes and gives, as data.
struct EndpointSchema: Sendable {
    enum Output: Sendable {
        /// `images`, `timings`, `seed`, `has_nsfw_concepts`, `prompt`.
        case images
        /// `diffusers_lora_file` and `config_file`.
        case loraFiles
        /// `finetune_id`.
        case finetune
    }

    /// What `x-fal-billable-units` counts.
    enum Billing: Sendable {
        /// Megapixels of each picture, rounded up.
        case megapixels
        case images
        case requests
    }

    /// How the size of a picture is chosen.
    enum Sizing: Sendable {
        case imageSize
        /// About four megapixels in the shape of `aspect_ratio`.
        case aspectRatio
    }

    var output: Output = .images
    var billing: Billing = .images
    var sizing: Sizing = .imageSize
    let fields: [Field]
}

extension EndpointSchema {
    struct Field: Sendable {
        let name: String
        let kind: Kind
        var isRequired = false
        var isNullable = false
    }

    indirect enum Kind: Sendable {
        case string
        case boolean
        case integer(ClosedRange<Int64>?)
        case number(ClosedRange<Double>?)
        case oneOf([String])
        case imageSize
        /// `"16:9"` and its like.
        case aspectRatio
        case list(of: [Field])
    }
}
