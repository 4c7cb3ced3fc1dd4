internal import FalClient

// Every sentence that an error is told in, in both languages. The Russian ones contain the phrases of the guide that
// existing scripts look for.

extension GenerationError: CustomStringConvertible {
    /// The English sentence.
    package var description: String { message(in: .english) }

    /// One sentence: what happened, where, and what to do.
    package func message(in language: Language) -> String {
        switch language {
        case .english: english
        case .russian: russian
        }
    }

    private var english: String {
        switch self {
        case .avatarNotFound(let id, let nearest):
            "avatar \(id) not found\(hint(nearest))"
        case .avatarArchived(let id):
            "avatar \(id) is archived and makes no pictures; falhost avatars unarchive \(id) brings it back"
        case .avatarNotTrained(let id, let status):
            "avatar \(id) is not trained: its status is \(status), not completed"
        case .loraFileMissing(let id):
            "avatar \(id) has no LoRA file: a portrait avatar needs diffusers_lora_file_url"
        case .finetuneIDMissing(let id):
            "avatar \(id) has no finetune ID: a style avatar needs finetune_id"
        case .unknownTrainingType(let id, let type):
            "avatar \(id) has the unknown training type \(type); known: portrait, style"
        case .invalidAvatars(let problems, nil) where problems.allSatisfy { $0.place == nil }:
            "invalid avatar: \(list(problems.map { $0.message(in: .english) }))"
        case .invalidAvatars(let problems, let file):
            "not saved: \(prefix(file))\(list(problems.map { $0.message(in: .english) }))"
        case .unreadableAvatars(let reason, let file):
            "\(prefix(file))cannot read avatars: \(reason)"
        case .unknownPreset(let name, _, let known, let folder) where known.isEmpty:
            "unknown preset \(name): there are no presets in \(folder)"
        case .unknownPreset(let name, let nearest, let known, _):
            "unknown preset \(name)\(hint(nearest)); known: \(known.joined(separator: ", "))"
        case .brokenPreset(let file, let fault):
            "preset \(file) cannot be used: \(fault.message(in: .english))"
        case .invalidConfig(let problems):
            "invalid config: \(list(problems.map { $0.message(in: .english) }))"
        case .invalidPrompt(.empty):
            "the prompt is empty"
        case .invalidPrompt(.tooLong(let bytes, let limit)):
            "the prompt is too long: \(bytes) bytes, at most \(limit) are allowed"
        case .invalidPrompt(.notUTF8(let offset)):
            "the prompt is not UTF-8 at byte \(offset)"
        case .ruleFailed(let rule, let fault):
            "rule \(rule) failed: \(fault.message(in: .english))"
        case .missingAPIKey:
            "no fal key: set FAL_KEY to your key from fal.ai/dashboard/keys, or try without one: --simulate"
        case .noImages(let endpoint, let requestID):
            "\(endpoint) finished without an image\(request(requestID))"
        case .malformedOutput(let endpoint, let requestID, let reason):
            "\(endpoint) answered with something unexpected: \(reason)\(request(requestID))"
        case .budgetExceeded(let refusal):
            refusal.english
        case .refusedByPolicy(_, let reason):
            "the policy refuses this job: \(reason)"
        case .policyFailed(let reason):
            "the policy failed, so nothing is sent: \(reason)"
        case .storage(let path, let fault):
            "\(path): \(fault.english)"
        case .fal(let error):
            error.message
        }
    }

    private var russian: String {
        switch self {
        case .avatarNotFound(let id, let nearest):
            "Аватар \(id) не найден\(nearest.map { "; возможно, \($0)?" } ?? "")"
        case .avatarArchived(let id):
            "Аватар \(id) в архиве и среди действующих не найден; вернуть его: falhost avatars unarchive \(id)"
        case .avatarNotTrained(let id, let status):
            "Аватар \(id) не обучен: его статус \(status), а не completed"
        case .loraFileMissing(let id):
            "LoRA файл не найден: у портретного аватара \(id) нет diffusers_lora_file_url"
        case .finetuneIDMissing(let id):
            "Finetune ID не найден: у стилевого аватара \(id) нет finetune_id"
        case .unknownTrainingType(let id, let type):
            "Неизвестный тип обучения \(type) у аватара \(id); известны: portrait, style"
        case .invalidAvatars(let problems, nil) where problems.allSatisfy { $0.place == nil }:
            "Неверный аватар: \(list(problems.map { $0.message(in: .russian) }))"
        case .invalidAvatars(let problems, let file):
            "Не сохранено: \(prefix(file))\(list(problems.map { $0.message(in: .russian) }))"
        case .unreadableAvatars(let reason, let file):
            "\(prefix(file))не удалось прочитать аватары: \(reason)"
        case .unknownPreset(let name, _, let known, let folder) where known.isEmpty:
            "Неизвестный пресет \(name): в \(folder) нет пресетов"
        case .unknownPreset(let name, let nearest, let known, _):
            "Неизвестный пресет \(name)\(nearest.map { "; возможно, \($0)?" } ?? "")"
                + "; известны: \(known.joined(separator: ", "))"
        case .brokenPreset(let file, let fault):
            "Пресет \(file) нельзя использовать: \(fault.message(in: .russian))"
        case .invalidConfig(let problems):
            "Неверная конфигурация: \(list(problems.map { $0.message(in: .russian) }))"
        case .invalidPrompt(.empty):
            "Промпт пуст"
        case .invalidPrompt(.tooLong(let bytes, let limit)):
            "Промпт слишком длинный: \(bytes) байт, допустимо не больше \(limit)"
        case .invalidPrompt(.notUTF8(let offset)):
            "Промпт не в UTF-8: ошибка в байте \(offset)"
        case .ruleFailed(let rule, let fault):
            "Ошибка в правиле \(rule): \(fault.message(in: .russian))"
        case .missingAPIKey:
            "Ключ FAL не задан: укажите в FAL_KEY ключ с fal.ai/dashboard/keys или попробуйте без него: --simulate"
        case .noImages(let endpoint, let requestID):
            "\(endpoint) не вернул ни одного изображения\(request(requestID, "запрос"))"
        case .malformedOutput(let endpoint, let requestID, let reason):
            "Неожиданный ответ \(endpoint): \(reason)\(request(requestID, "запрос"))"
        case .budgetExceeded(let refusal):
            refusal.russian
        case .refusedByPolicy(_, let reason):
            "Политика не разрешает это задание: \(reason)"
        case .policyFailed(let reason):
            "Ошибка в политике, ничего не отправлено: \(reason)"
        case .storage(let path, let fault):
            "\(path): \(fault.russian)"
        case .fal(let error):
            "\(error.code.russian): \(error.message)"
        }
    }

    private func hint(_ nearest: String?) -> String { nearest.map { "; did you mean \($0)?" } ?? "" }
    private func prefix(_ file: String?) -> String { file.map { "\($0): " } ?? "" }
    private func request(_ id: String?, _ word: String = "request") -> String { id.map { " (\(word) \($0))" } ?? "" }

    /// At most five problems; the others are counted, and all are in `details`.
    private func list(_ messages: [String]) -> String {
        let shown = messages.prefix(5).joined(separator: "; ")
        return messages.count > 5 ? "\(shown); + \(messages.count - 5)" : shown
    }
}
