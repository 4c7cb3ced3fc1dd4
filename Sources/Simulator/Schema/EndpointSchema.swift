/// What one endpoint takes and gives, as data.
struct EndpointSchema: Sendable {
    /// What an endpoint that trains does with its input; the names are those of its fields.
    struct Trainer: Sendable {
        enum Output: Sendable, Equatable {
            /// `diffusers_lora_file` and `config_file`, and where it has one `debug_preprocessed_output`.
            case loraFiles(hasPreview: Bool)
            /// `finetune_id`.
            case finetune
        }

        let gives: Output
        /// The URL of the archive.
        let data: String
        let trigger: String
        let steps: String
        let usualSteps: Int64
        /// Photos below which it refuses the archive.
        let fewestPhotos: Int
    }

    /// What `x-fal-billable-units` counts.
    enum Billing: Sendable {
        /// Megapixels of each picture, rounded up.
        case megapixels
        case images
        case requests
        /// Steps of a training, in thousands.
        case steps
    }

    /// How the size of a picture is chosen.
    enum Sizing: Sendable {
        case imageSize
        /// About four megapixels in the shape of `aspect_ratio`.
        case aspectRatio
    }

    /// Nil for endpoints that give pictures: `images`, `timings`, `seed`, `has_nsfw_concepts`, `prompt`.
    var trainer: Trainer?
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
        case oneOfIntegers([Int64])
        case imageSize
        /// `"16:9"` and its like.
        case aspectRatio
        case list(of: [Field])
    }
}
