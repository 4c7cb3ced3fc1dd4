/// Why an avatar would fail, or draw another one.
package enum AvatarFault: Sendable {
    /// Generations refuse it.
    case refused(GenerationError)
    /// A word that prompts use for what it means.
    case commonTrigger(String)
    case noLoraAddress(String)
    /// The address of the training's other file.
    case loraIsConfig
    case noLoraFile(String)
    case finetuneIsAddress
    case finetuneHasSpaces(String)
    /// Its trigger is within another's, or the other way round.
    case sharedTrigger(String, other: String, of: String)

    /// One sentence without the avatar's id.
    package func message(in language: Language) -> String {
        switch language {
        case .english: english
        case .russian: russian
        }
    }

    private var english: String {
        switch self {
        case .refused(let error): error.message(in: .english)
        case .commonTrigger(let trigger):
            "its trigger '\(trigger)' is a common word: prompts that mean the word will draw the avatar's style"
        case .noLoraAddress(let url): "diffusers_lora_file_url is no https address: '\(url)'"
        case .loraIsConfig: "diffusers_lora_file_url is the training's config, not its .safetensors file"
        case .noLoraFile(let url): "diffusers_lora_file_url names no .safetensors file: '\(url)'"
        case .finetuneIsAddress: "finetune_id is an address; it should be the id that fal gave"
        case .finetuneHasSpaces(let id): "finetune_id has spaces in it: '\(id)'"
        case .sharedTrigger(let trigger, let other, let id):
            "its trigger '\(trigger)' and '\(other)' of \(id) are within each other"
        }
    }

    private var russian: String {
        switch self {
        case .refused(let error): error.message(in: .russian)
        case .commonTrigger(let trigger):
            "его триггер «\(trigger)» — обычное слово: оно вызовет аватар и в тех промптах, где значит само себя"
        case .noLoraAddress(let url): "diffusers_lora_file_url — не адрес https: «\(url)»"
        case .loraIsConfig: "diffusers_lora_file_url указывает на конфигурацию обучения, а не на файл .safetensors"
        case .noLoraFile(let url): "diffusers_lora_file_url указывает не на файл .safetensors: «\(url)»"
        case .finetuneIsAddress: "finetune_id — адрес, а нужен идентификатор, который дал fal"
        case .finetuneHasSpaces(let id): "в finetune_id есть пробелы: «\(id)»"
        case .sharedTrigger(let trigger, let other, let id):
            "его триггер «\(trigger)» и «\(other)» у \(id): один входит в другой"
        }
    }
}
