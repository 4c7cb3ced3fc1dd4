package import JSON

/// One endpoint's input, as fal documents it.
package struct Endpoint: Sendable {
    package struct Field: Sendable {
        package let name: String
        /// The config key of the same name, where there is one.
        let key: ConfigKey?
        package let type: FieldType
        /// What the endpoint takes when nothing is sent; nil where fal names nothing.
        package let defaultValue: JSONValue?
        package let isRequired: Bool
    }
    package let id: String
    /// In the order in which arguments are sent.
    package let fields: [Field]

    package func field(_ name: String) -> Field? {
        for index in fields.indices where fields[index].name == name { return fields[index] }
        return nil
    }

    func hasField(_ name: String) -> Bool { fields.indices.contains { fields[$0].name == name } }

    /// True when it has the field that carries such model data.
    package func serves(_ model: TrainedAvatar.Model) -> Bool {
        switch model {
        case .lora: hasField("loras")
        case .finetune: hasField("finetune_id")
        }
    }
}

/// The endpoints whose input we know; fal's OpenAPI documents of 2026-06 and, for `flux-pro`, of 2025-03.
package enum EndpointCatalog {
    static let loraScales = 0.0...4.0
    static let finetuneStrengths = 0.0...2.0

    package static let all = [fluxLora, fluxPro, fluxProFinetuned, fluxProUltraFinetuned]

    package static func endpoint(_ id: String) -> Endpoint? { all.first { $0.id == id } }

    package static let fluxLora = Endpoint(
        id: "fal-ai/flux-lora",
        fields: [
            required("prompt", .text),
            optional("loras", .loras, []),
            optional("image_size", .imageSize, "landscape_4_3"),
            optional("num_inference_steps", .integer(1...50), 28),
            optional("guidance_scale", .number(0...35), 3.5),
            optional("num_images", .integer(1...4), 1),
            optional("seed", anySeed),
            optional("enable_safety_checker", .boolean, true),
            optional("output_format", .word(formats), "jpeg"),
            optional("acceleration", .word(["none", "regular"]), "none"),
        ])

    /// fal no longer documents `finetune_id` here; the guide's style avatars use it, so it stays the default.
    package static let fluxPro = Endpoint(id: "fal-ai/flux-pro", fields: finetunedFluxPro)

    package static let fluxProFinetuned = Endpoint(id: "fal-ai/flux-pro/finetuned", fields: finetunedFluxPro)

    package static let fluxProUltraFinetuned = Endpoint(
        id: "fal-ai/flux-pro/v1.1-ultra-finetuned",
        fields: [
            required("prompt", .text),
            required("finetune_id", .text),
            required("finetune_strength", .number(finetuneStrengths)),
            optional("aspect_ratio", .aspectRatio, "16:9"),
            optional("num_images", .integer(1...4), 1),
            optional("seed", anySeed),
            optional("safety_tolerance", .level(1...6), "2"),
            optional("output_format", .word(formats), "jpeg"),
            optional("raw", .boolean, false),
            optional("enhance_prompt", .boolean, false),
        ])

    private static let finetunedFluxPro = [
        required("prompt", .text),
        required("finetune_id", .text),
        required("finetune_strength", .number(finetuneStrengths)),
        optional("image_size", .imageSize, "landscape_4_3"),
        optional("num_inference_steps", .integer(1...50), 28),
        optional("guidance_scale", .number(1...20), 3.5),
        optional("num_images", .integer(1...4), 1),
        optional("seed", anySeed),
        optional("safety_tolerance", .level(1...6), "2"),
        optional("output_format", .word(formats), "jpeg"),
    ]

    private static let formats = ["jpeg", "png"]
    private static let anySeed = FieldType.integer(Int64.min...Int64.max)

    private static func required(_ name: String, _ type: FieldType) -> Endpoint.Field {
        Endpoint.Field(name: name, key: ConfigKey(rawValue: name), type: type, defaultValue: nil, isRequired: true)
    }

    private static func optional(_ name: String, _ type: FieldType, _ value: JSONValue? = nil) -> Endpoint.Field {
        Endpoint.Field(name: name, key: ConfigKey(rawValue: name), type: type, defaultValue: value, isRequired: false)
    }
}
