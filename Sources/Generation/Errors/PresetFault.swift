/// Why a preset's file cannot be used.
package enum PresetFault: Sendable, Equatable {
    case extendsItself
    /// The other one builds on it in turn.
    case extendsInTurn(String)
    case extendsUnknown(String, nearest: String?)
    case notText(key: String, kind: String)
    /// The file returns something else than a table.
    case notTable(FoundType)
    /// The same, of a preset for trainings.
    case notTrainingTable(FoundType)
    /// The keys for one kind of training are something else than a table.
    case noKeys(of: TrainingType)
    /// A key or value that no endpoint takes, in a version that would replace one that works.
    case config(ConfigProblem, SourcePlace)
    /// In the words of Lua or of the system; begins with `file:line: ` where that is known.
    case other(String)

    /// Half a sentence, to go after the file's name and a colon.
    package func message(in language: Language) -> String {
        switch self {
        case .extendsItself: language.wording("it extends itself", "он продолжает сам себя")
        case .extendsInTurn(let parent):
            language.wording(
                "it extends '\(parent)', which extends it in turn",
                "он продолжает «\(parent)», а тот — снова его")
        case .extendsUnknown(let parent, let nearest):
            language.wording(
                "it extends '\(parent)', which does not exist" + (nearest.map { "; did you mean \($0)?" } ?? ""),
                "он продолжает «\(parent)», а такого пресета нет" + (nearest.map { "; возможно, \($0)?" } ?? ""))
        case .notText(let key, let kind):
            language.wording("\(key) must be a string, not \(kind)", "\(key): нужна строка, а не \(kind)")
        case .notTable(let found):
            language.wording(
                "it returns \(found.text(in: .english)), a table of config keys is expected",
                "файл возвращает \(found.text(in: .russian)), а нужна таблица ключей")
        case .notTrainingTable(let found):
            language.wording(
                "it returns \(found.text(in: .english)), a table of training keys is expected",
                "файл возвращает \(found.text(in: .russian)), а нужна таблица ключей обучения")
        case .noKeys(let type):
            language.wording(
                "\(type.rawValue) must be a table of training keys", "\(type.rawValue): нужна таблица ключей обучения")
        case .config(let problem, let place): "\(place): \(problem.message(in: language, isPlaced: false))"
        case .other(let reason): reason
        }
    }

    /// It is about the preset that this one builds on.
    package var isAboutParent: Bool {
        switch self {
        case .extendsItself, .extendsInTurn, .extendsUnknown: true
        case .notText, .notTable, .notTrainingTable, .noKeys, .config, .other: false
        }
    }
}
