import Generation
import Scripting

extension GenerationError.Code {
    /// When it is raised, in one line.
    func summary(in language: Language) -> String {
        language == .russian ? russianSummary : summary
    }

    private var russianSummary: String {
        switch self {
        case .avatarNotFound: "в проекте нет аватара с таким id"
        case .avatarNotTrained: "статус аватара не `completed`"
        case .loraFileMissing: "у портретного аватара нет `diffusers_lora_file_url`"
        case .finetuneIDMissing: "у стилевого аватара нет `finetune_id`"
        case .unknownTrainingType: "аватар ни `portrait`, ни `style`"
        case .unknownPreset: "пресета с таким именем нет"
        case .invalidConfig: "неверен ключ конфигурации или файл пресета; все перечислены в `details`"
        case .invalidPrompt: "промпт пуст, слишком длинный или не в UTF-8"
        case .ruleFailed: "ошибка в правиле или в политике; строка названа в сообщении"
        case .missingAPIKey: "ключа нет (`FAL_KEY`)"
        case .unauthorized: "fal не принимает ключ"
        case .billing: "fal отказывается работать: нет средств или доступа к модели"
        case .endpointNotFound: "у fal нет такой модели или такого задания"
        case .validation: "неверные аргументы: проверка falhost или fal; все перечислены в `details`"
        case .contentPolicyViolation: "фильтр fal отверг промпт или картинку"
        case .rateLimited: "fal просит прийти позже"
        case .serverError: "сбой fal"
        case .timeout: "результат или ответ сервера не пришёл вовремя"
        case .network: "fal или сервер, к которому обратился `http`, недоступен, или связь оборвалась"
        case .submitUnknown: "ответ на отправку потерян: задание могло дойти и повторно не отправляется"
        case .malformedResponse: "fal или сервер, к которому обратился `http`, ответил тем, что нельзя использовать"
        case .noImages: "задание выполнено, но картинок нет"
        case .expired: "fal удалил задание или его результат"
        case .cancelled: "вызов или его задача отменены"
        case .budgetExceeded: "вышло бы дороже разрешённого, или политика против"
        case .storage: "файл или база не читается или не пишется"
        }
    }
}
