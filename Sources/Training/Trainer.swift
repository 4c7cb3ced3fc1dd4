package import Generation
internal import JSON

/// A model at fal that makes models, and what its input is called.
package struct Trainer: Sendable {
    /// What it leaves behind.
    package enum Product: String, Sendable {
        /// A file of weights: `diffusers_lora_file`.
        case lora
        /// An id of fal's: `finetune_id`.
        case finetune
    }
    /// One argument that may be chosen.
    package struct Field: Sendable {
        package let name: String
        package let type: FieldType
    }
    package let id: String
    package let product: Product
    /// What it can train.
    package let types: [TrainingType]
    /// The argument with the archive's address.
    let archiveField: String
    /// The argument with the words that call the subject.
    let triggerField: String
    package let fields: [Field]
    /// Fewer photos are refused by fal.
    package let leastPhotos: Int
    /// fal no longer supports it; accounts that still have it can use it.
    package let isDeprecated: Bool

    func field(_ name: String) -> Field? { fields.first { $0.name == name } }

    /// What is sent where neither preset nor call says otherwise.
    func defaults(_ type: TrainingType, name: String) -> JSONObject {
        switch id {
        // Captions and segmentation look for a subject, which a style has not.
        case Self.fastTraining.id: ["is_style": .bool(type == .style), "create_masks": .bool(type != .style)]
        case Self.pro.id: ["mode": .string("style"), "finetune_comment": .string(name)]
        default: [:]
        }
    }
}

/// The trainers whose input we know; fal's OpenAPI documents of 2026-06, for the last one of 2025.
extension Trainer {
    /// What trains such avatars where nobody names another.
    package static func usual(_ type: TrainingType) -> Trainer { type == .portrait ? portrait : fastTraining }

    package static let all = [portrait, fastTraining, pro]

    package static func named(_ id: String) -> Trainer? { all.first { $0.id == id } }

    package static let portrait = Trainer(
        id: "fal-ai/flux-lora-portrait-trainer", product: .lora, types: [.portrait], archiveField: "images_data_url",
        triggerField: "trigger_phrase",
        fields: [
            Field(name: "steps", type: steps), Field(name: "learning_rate", type: .number(0.000001...0.001)),
            Field(name: "multiresolution_training", type: .boolean), Field(name: "subject_crop", type: .boolean),
            Field(name: "create_masks", type: .boolean), Field(name: "resume_from_checkpoint", type: .text),
        ], leastPhotos: 1, isDeprecated: false)

    package static let fastTraining = Trainer(
        id: "fal-ai/flux-lora-fast-training", product: .lora, types: [.portrait, .style],
        archiveField: "images_data_url", triggerField: "trigger_word",
        fields: [
            Field(name: "steps", type: steps), Field(name: "create_masks", type: .boolean),
            Field(name: "is_style", type: .boolean),
            Field(name: "is_input_format_already_preprocessed", type: .boolean),
        ], leastPhotos: 4, isDeprecated: false)

    package static let pro = Trainer(
        id: "fal-ai/flux-pro-trainer", product: .finetune, types: [.style], archiveField: "data_url",
        triggerField: "trigger_word",
        fields: [
            Field(name: "mode", type: .word(["character", "product", "style", "general"])),
            Field(name: "finetune_comment", type: .text), Field(name: "iterations", type: .integer(100...1000)),
            Field(name: "learning_rate", type: .number(0.000001...0.001)),
            Field(name: "priority", type: .word(["speed", "quality", "high_res_only"])),
            Field(name: "captioning", type: .boolean), Field(name: "lora_rank", type: .integer(16...32)),
            Field(name: "finetune_type", type: .word(["full", "lora"])),
        ], leastPhotos: 1, isDeprecated: true)

    private static let steps = FieldType.integer(1...10_000)

    /// All keys that a training preset may have.
    package static let keys: [String] = all.flatMap { $0.fields.map(\.name) }
        .reduce(into: []) { keys, name in if !keys.contains(name) { keys.append(name) } }

    /// What is said of a trainer that fal has given up.
    package static func deprecation(in language: Language) -> String {
        language.wording(
            "fal has deprecated \(pro.id): only accounts that still have it can use it; "
                + "\(fastTraining.id) trains styles, as LoRA files",
            "fal отказался от модели \(pro.id): она работает только у аккаунтов, где ещё есть; "
                + "стили обучает модель \(fastTraining.id), в виде файлов LoRA")
    }
}
