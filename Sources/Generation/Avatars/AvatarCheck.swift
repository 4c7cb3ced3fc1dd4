/// What in a list of avatars would fail, or draw the wrong one.
package enum AvatarCheck {
    /// One sentence for each fault, with the avatar's id; those that are put away make no pictures and have none.
    package static func problems(in avatars: [Avatar]) -> [(id: String, message: String)] {
        let avatars = avatars.filter { !$0.isArchived }
        var problems = avatars.flatMap { avatar in faults(of: avatar).map { (avatar.id, $0) } }
        problems += collisions(avatars)
        return problems
    }

    private static func faults(of avatar: Avatar) -> [String] {
        var faults: [String] = []
        // An avatar in training has nothing yet.
        if avatar.status == "completed" {
            do throws(GenerationError) {
                switch try TrainedAvatar(avatar).model {
                case .lora(let url): faults += fault(ofLora: url).map { [$0] } ?? []
                case .finetune(let id): faults += fault(ofFinetune: id).map { [$0] } ?? []
                }
            } catch {
                faults.append(error.message(in: .english))
            }
        }
        if let trigger = avatar.trigger, Phrase.isCommon(trigger) {
            faults.append(
                "its trigger '\(trigger)' is a common word: prompts that mean the word will draw the avatar's style")
        }
        return faults
    }

    private static func fault(ofLora url: String) -> String? {
        let isAddress = ["https://", "http://"].contains { url.lowercased().hasPrefix($0) }
        if !isAddress { return "diffusers_lora_file_url is no https address: '\(url)'" }
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        if path.hasSuffix(".safetensors") { return nil }
        if path.hasSuffix(".json") {
            return "diffusers_lora_file_url is the training's config, not its .safetensors file"
        }
        return path.hasSuffix(".zip") || path.hasSuffix(".jpg") || path.hasSuffix(".png")
            ? "diffusers_lora_file_url names no .safetensors file: '\(url)'" : nil
    }

    private static func fault(ofFinetune id: String) -> String? {
        if id.contains("://") { return "finetune_id is an address; it should be the id that fal gave" }
        return id.contains(where: \.isWhitespace) ? "finetune_id has spaces in it: '\(id)'" : nil
    }

    /// Two that draw each other: the same trigger, or one within the other.
    private static func collisions(_ avatars: [Avatar]) -> [(id: String, message: String)] {
        let named = avatars.filter { $0.status == "completed" && $0.trigger != nil }
        var problems: [(String, String)] = []
        for (index, avatar) in named.enumerated() {
            for other in named[(index + 1)...] {
                guard avatar.trainingType == other.trainingType, let first = avatar.trigger, let second = other.trigger
                else { continue }
                if Phrase.contains(first, in: second), Phrase.contains(second, in: first) { continue }
                if Phrase.contains(first, in: second) || Phrase.contains(second, in: first) {
                    problems.append(
                        (avatar.id, "its trigger '\(first)' and '\(second)' of \(other.id) are within each other"))
                }
            }
        }
        return problems
    }
}

extension Avatar {
    /// The words that call it, as the trigger rule chooses them (DESIGN.md §2).
    fileprivate var trigger: String? {
        let words =
            trainingType == TrainingType.style.rawValue ? [triggerWord, triggerPhrase] : [triggerPhrase, triggerWord]
        return words.compactMap { $0 }.first { !$0.allSatisfy(\.isWhitespace) }
    }
}

extension Phrase {
    /// A single word that prompts use for what it means, in English or Russian.
    fileprivate static func isCommon(_ trigger: String) -> Bool { common.contains(lowercased(trigger)) }

    private static let common: Set<String> = [
        "a", "an", "the", "and", "of", "in", "on", "at", "with", "man", "woman", "boy", "girl", "person", "people",
        "face",
        "portrait", "photo", "picture", "image", "style", "art", "painting", "drawing", "smile", "smiling", "hair",
        "eyes",
        "red", "blue", "green", "black", "white", "day", "night", "sea", "city", "street", "park", "house", "light",
        "model", "cat", "dog", "car", "stock", "noir", "и", "в", "на", "с", "мужчина", "женщина", "мальчик", "девочка",
        "девушка", "человек", "люди", "лицо", "портрет", "фото", "картина", "стиль", "улыбка", "волосы", "глаза",
        "день",
        "ночь", "море", "город", "улица", "парк", "дом", "свет", "модель", "кот", "собака", "машина",
    ]
}
