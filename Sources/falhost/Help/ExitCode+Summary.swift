import Generation

extension ExitCode {
    /// What it means, in one line; README.md has the same in English.
    func summary(in language: Language) -> String {
        language == .russian ? russian : english
    }

    private var english: String {
        switch self {
        case .success: "done"
        case .scriptFailed: "the script raised an error"
        case .partialFailure: "some of a batch failed"
        case .stoppedByBudget: "a budget or the policy stopped the run"
        case .testsFailed: "tests of presets or rules failed"
        case .usage: "wrong usage"
        case .invalidData: "a preset, prompt, rule or avatar is invalid"
        case .inputMissing: "a file that was named is not there"
        case .unavailable: "fal cannot be reached, or fails"
        case .internalError: "a bug in falhost"
        case .cannotCreate: "a file cannot be made, or is there already"
        case .inputOutput: "a file cannot be read or written"
        case .temporary: "try again later"
        case .noPermission: "the key is missing or refused"
        case .configuration: "the project or a setting is wrong"
        case .interrupted: "interrupted (Ctrl-C; in a busy loop too)"
        case .brokenPipe: "the reader of standard output went away"
        case .terminated: "terminated (SIGTERM)"
        }
    }

    private var russian: String {
        switch self {
        case .success: "готово"
        case .scriptFailed: "ошибка в скрипте"
        case .partialFailure: "часть пакета не удалась"
        case .stoppedByBudget: "остановлено бюджетом или политикой"
        case .testsFailed: "проверки пресетов или правил не прошли"
        case .usage: "неверный вызов"
        case .invalidData: "неверный пресет, промпт, правило или аватар"
        case .inputMissing: "названного файла нет"
        case .unavailable: "fal недоступен или отвечает ошибкой"
        case .internalError: "ошибка в самом falhost"
        case .cannotCreate: "файл нельзя создать, или он уже есть"
        case .inputOutput: "файл не читается или не пишется"
        case .temporary: "попробуйте позже"
        case .noPermission: "ключа нет, или он отвергнут"
        case .configuration: "неверна настройка или проект"
        case .interrupted: "прервано (Ctrl-C)"
        case .brokenPipe: "читающий стандартный вывод ушёл"
        case .terminated: "остановлено (SIGTERM)"
        }
    }
}
