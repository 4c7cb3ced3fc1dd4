/// The endpoints the simulator knows field by field (fal's OpenAPI of 2026-06; `flux-pro` and `finetuned` from 2025).
///
/// Unknown fields are ignored, as pydantic does. Any other endpoint with two or more segments takes `generic`.
enum EndpointSchemas {
    static func schema(of endpoint: String) -> EndpointSchema {
        known[endpoint] ?? generic
    }

    /// Also the list of endpoints for `--help`.
    static let known: [String: EndpointSchema] = [
        "fal-ai/flux-lora": fluxLora,
        "fal-ai/flux-lora/stream": fluxLora,
        "fal-ai/flux-pro": EndpointSchema(fields: fluxPro),
        "fal-ai/flux-pro/finetuned": EndpointSchema(fields: fluxPro + finetuned),
        "fal-ai/flux-pro/v1.1-ultra-finetuned": ultraFinetuned,
        "fal-ai/flux-lora-portrait-trainer": portraitTrainer,
        "fal-ai/flux-lora-fast-training": fastTraining,
        "fal-ai/flux-pro-trainer": proTrainer,
    ]

    static let generic = EndpointSchema(fields: [
        Field(name: "prompt", kind: .string, isNullable: true),
        Field(name: "image_size", kind: .imageSize, isNullable: true),
        Field(name: "seed", kind: .integer(nil), isNullable: true),
        Field(name: "num_images", kind: .integer(1...4), isNullable: true),
        Field(name: "output_format", kind: .oneOf(["jpeg", "png"]), isNullable: true),
        Field(name: "sync_mode", kind: .boolean, isNullable: true),
    ])

    private typealias Field = EndpointSchema.Field

    private static let shared = [
        Field(name: "prompt", kind: .string, isRequired: true),
        Field(name: "seed", kind: .integer(nil), isNullable: true),
        Field(name: "num_images", kind: .integer(1...4)),
        Field(name: "sync_mode", kind: .boolean),
        Field(name: "output_format", kind: .oneOf(["jpeg", "png"])),
    ]

    private static let sized = [
        Field(name: "image_size", kind: .imageSize),
        Field(name: "num_inference_steps", kind: .integer(1...50)),
    ]

    private static let finetuned = [
        Field(name: "finetune_id", kind: .string, isRequired: true),
        Field(name: "finetune_strength", kind: .number(0...2), isRequired: true),
    ]

    private static let tolerance = Field(
        name: "safety_tolerance", kind: .oneOf(["1", "2", "3", "4", "5", "6"]))

    private static let fluxLora = EndpointSchema(
        billing: .megapixels,
        fields: shared + sized + [
            Field(name: "guidance_scale", kind: .number(0...35)),
            Field(
                name: "loras",
                kind: .list(of: [
                    Field(name: "path", kind: .string, isRequired: true),
                    Field(name: "scale", kind: .number(0...4)),
                ])),
            Field(name: "enable_safety_checker", kind: .boolean),
            Field(name: "acceleration", kind: .oneOf(["none", "regular"])),
        ])

    private static let fluxPro =
        shared + sized + [Field(name: "guidance_scale", kind: .number(1...20)), tolerance]

    private static let ultraFinetuned = EndpointSchema(
        sizing: .aspectRatio,
        fields: shared + finetuned + [
            tolerance,
            Field(name: "aspect_ratio", kind: .aspectRatio),
            Field(name: "raw", kind: .boolean),
            Field(name: "enhance_prompt", kind: .boolean),
            Field(name: "image_url", kind: .string, isNullable: true),
            Field(name: "image_prompt_strength", kind: .number(0...1)),
        ])

    private static let portraitTrainer = EndpointSchema(
        trainer: EndpointSchema.Trainer(
            gives: .loraFiles(hasPreview: false), data: "images_data_url", trigger: "trigger_phrase", steps: "steps",
            usualSteps: 2500, fewestPhotos: 4),
        billing: .requests,
        fields: [
            Field(name: "images_data_url", kind: .string, isRequired: true),
            Field(name: "trigger_phrase", kind: .string, isNullable: true),
            Field(name: "learning_rate", kind: .number(0.000001...0.001)),
            Field(name: "steps", kind: .integer(1...10000)),
            Field(name: "multiresolution_training", kind: .boolean),
            Field(name: "subject_crop", kind: .boolean),
            Field(name: "create_masks", kind: .boolean),
            Field(name: "data_archive_format", kind: .string, isNullable: true),
            Field(name: "resume_from_checkpoint", kind: .string),
        ])

    private static let fastTraining = EndpointSchema(
        trainer: EndpointSchema.Trainer(
            gives: .loraFiles(hasPreview: true), data: "images_data_url", trigger: "trigger_word", steps: "steps",
            usualSteps: 1000, fewestPhotos: 4),
        billing: .steps,
        fields: [
            Field(name: "images_data_url", kind: .string, isRequired: true),
            Field(name: "trigger_word", kind: .string, isNullable: true),
            Field(name: "create_masks", kind: .boolean),
            Field(name: "steps", kind: .integer(1...10000), isNullable: true),
            Field(name: "is_style", kind: .boolean),
            Field(name: "is_input_format_already_preprocessed", kind: .boolean),
            Field(name: "data_archive_format", kind: .string, isNullable: true),
        ])

    private static let proTrainer = EndpointSchema(
        trainer: EndpointSchema.Trainer(
            gives: .finetune, data: "data_url", trigger: "trigger_word", steps: "iterations", usualSteps: 300,
            fewestPhotos: 1),
        billing: .requests,
        fields: [
            Field(name: "data_url", kind: .string, isRequired: true),
            Field(name: "mode", kind: .oneOf(["character", "product", "style", "general"])),
            Field(name: "finetune_comment", kind: .string, isRequired: true),
            Field(name: "iterations", kind: .integer(100...1000)),
            Field(name: "learning_rate", kind: .number(nil)),
            Field(name: "priority", kind: .oneOf(["speed", "quality", "high_res_only"])),
            Field(name: "captioning", kind: .boolean),
            Field(name: "trigger_word", kind: .string),
            Field(name: "lora_rank", kind: .oneOfIntegers([16, 32])),
            Field(name: "finetune_type", kind: .oneOf(["full", "lora"])),
        ])
}
