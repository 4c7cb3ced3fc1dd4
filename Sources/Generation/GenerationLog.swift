internal import JSON
internal import Logging

/// The lines around each generation, as the guide has them; their texts are made only when somebody reads them.
struct GenerationLog: Sendable {
    let logger: Logger
    let language: Language

    func started(_ plan: GenerationPlan, arguments: JSONObject) {
        logger.info("\(startedText(plan, arguments))")
    }

    /// The policy chose the plan's preset in place of another one.
    func changedPreset(_ plan: GenerationPlan, from preset: String) {
        logger.info("\(changedPresetText(plan, preset))")
    }

    func finished(_ plan: GenerationPlan, url: String) {
        logger.info("\(finishedText(plan, url))")
    }

    func resumed(_ plan: GenerationPlan, url: String) {
        logger.info("\(resumedText(plan, url))")
    }

    /// A picture that its key names was paid for already.
    func collected(_ key: String, url: String) {
        switch language {
        case .english: logger.info("[FAL AI] the generation '\(key)' was made before: \(url)")
        case .russian: logger.info("[FAL AI] генерация «\(key)» уже сделана: \(url)")
        }
    }

    func simulated(url: String) {
        logger.info("\(simulatedText(url))")
    }

    func failed(_ plan: GenerationPlan, _ error: GenerationError) {
        failed(avatar: plan.subject.avatar.id, error)
    }

    func failed(avatar: String, _ error: GenerationError) {
        logger.info("\(failedText(avatar, error))")
    }

    func replayed(avatar: String, arguments: JSONObject) {
        logger.info("\(replayedText(avatar, arguments))")
    }

    func replayed(avatar: String, url: String) {
        switch language {
        case .english: logger.info("[FAL AI] Generation for avatar \(avatar) made again: \(url)")
        case .russian: logger.info("[FAL AI] Генерация для аватара \(avatar) повторена: \(url)")
        }
    }

    private func replayedText(_ avatar: String, _ arguments: JSONObject) -> String {
        switch language {
        case .english: "[FAL AI] Generating again for avatar \(avatar): \(Self.text(arguments))"
        case .russian: "[FAL AI] Повторная генерация для аватара \(avatar): \(Self.text(arguments))"
        }
    }

    private func startedText(_ plan: GenerationPlan, _ arguments: JSONObject) -> String {
        let id = plan.subject.avatar.id
        let model = plan.subject.model.isLora ? "LoRA" : "finetune"
        return switch language {
        case .english: "[FAL AI] Generating with \(model) for avatar \(id): \(Self.text(arguments))"
        case .russian: "[FAL AI] Генерация с \(model) для аватара \(id): \(Self.text(arguments))"
        }
    }

    private func changedPresetText(_ plan: GenerationPlan, _ before: String) -> String {
        let (id, name) = (plan.subject.avatar.id, plan.config.preset.name)
        return switch language {
        case .english: "[FAL AI] The policy chose the preset \(name) instead of \(before) for avatar \(id)"
        case .russian: "[FAL AI] Политика выбрала пресет \(name) вместо \(before) для аватара \(id)"
        }
    }

    private func finishedText(_ plan: GenerationPlan, _ url: String) -> String {
        let model = plan.subject.model.isLora ? "LoRA" : "Finetune"
        return switch language {
        case .english: "[FAL AI] \(model) generation finished: \(url)"
        case .russian: "[FAL AI] \(model) генерация завершена: \(url)"
        }
    }

    private func resumedText(_ plan: GenerationPlan, _ url: String) -> String {
        let model = plan.subject.model.isLora ? "LoRA" : "Finetune"
        return switch language {
        case .english: "[FAL AI] \(model) generation of an earlier run: \(url)"
        case .russian: "[FAL AI] \(model) генерация прежнего запуска: \(url)"
        }
    }

    private func simulatedText(_ url: String) -> String {
        switch language {
        case .english: "🧪 [FAL TEST MODE] Simulated generation finished: \(url)"
        case .russian: "🧪 [FAL TEST MODE] Симуляция генерации завершена: \(url)"
        }
    }

    private func failedText(_ id: String, _ error: GenerationError) -> String {
        let request = error.requestID.map { " (request \($0))" } ?? ""
        return switch language {
        case .english: "[FAL AI] Generation failed for avatar \(id): \(error.message(in: .english))\(request)"
        case .russian: "[FAL AI] Ошибка генерации для аватара \(id): \(error.message(in: .russian))\(request)"
        }
    }

    private static func text(_ arguments: JSONObject) -> String {
        // Values that passed the schema check are finite; an unchecked endpoint's are finite by their keys' types.
        guard let bytes = try? arguments.serialized() else { return "\(arguments.names)" }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension TrainedAvatar.Model {
    var isLora: Bool {
        if case .lora = self { true } else { false }
    }
}
