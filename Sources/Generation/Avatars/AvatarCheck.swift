/// What in a list of avatars would fail, or draw the wrong one.
package enum AvatarCheck {
    /// Each fault with the avatar's id; those that are put away make no pictures and have none.
    package static func problems(in avatars: [Avatar]) -> [(id: String, fault: AvatarFault)] {
        let avatars = avatars.filter { !$0.isArchived }
        var problems = avatars.flatMap { avatar in faults(of: avatar).map { (avatar.id, $0) } }
        problems += collisions(avatars)
        return problems
    }

    private static func faults(of avatar: Avatar) -> [AvatarFault] {
        var faults: [AvatarFault] = []
        // An avatar in training has nothing yet.
        if avatar.status == "completed" {
            do throws(GenerationError) {
                switch try TrainedAvatar(avatar).model {
                case .lora(let url): faults += fault(ofLora: url).map { [$0] } ?? []
                case .finetune(let id): faults += fault(ofFinetune: id).map { [$0] } ?? []
                }
            } catch {
                faults.append(.refused(error))
            }
        }
        if let trigger = avatar.trigger, Phrase.isCommon(trigger) {
            faults.append(.commonTrigger(trigger))
        }
        return faults
    }

    private static func fault(ofLora url: String) -> AvatarFault? {
        let isAddress = ["https://", "http://"].contains { url.lowercased().hasPrefix($0) }
        if !isAddress { return .noLoraAddress(url) }
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        if path.hasSuffix(".safetensors") { return nil }
        if path.hasSuffix(".json") { return .loraIsConfig }
        return [".zip", ".jpg", ".png"].contains { path.hasSuffix($0) } ? .noLoraFile(url) : nil
    }

    private static func fault(ofFinetune id: String) -> AvatarFault? {
        if id.contains("://") { return .finetuneIsAddress }
        return id.contains(where: \.isWhitespace) ? .finetuneHasSpaces(id) : nil
    }

    /// Two that draw each other: the same trigger, or one within the other.
    private static func collisions(_ avatars: [Avatar]) -> [(id: String, fault: AvatarFault)] {
        let named = avatars.filter { $0.status == "completed" && $0.trigger != nil }
        var problems: [(String, AvatarFault)] = []
        for (index, avatar) in named.enumerated() {
            for other in named[(index + 1)...] {
                guard avatar.trainingType == other.trainingType, let first = avatar.trigger, let second = other.trigger
                else { continue }
                if Phrase.contains(first, in: second), Phrase.contains(second, in: first) { continue }
                if Phrase.contains(first, in: second) || Phrase.contains(second, in: first) {
                    problems.append((avatar.id, .sharedTrigger(first, other: second, of: other.id)))
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
