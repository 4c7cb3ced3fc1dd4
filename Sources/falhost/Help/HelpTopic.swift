import Generation
import Scripting

/// A page that `falhost help` has beside those of the commands.
enum HelpTopic: String, CaseIterable {
    case presets, rules, batch, policy, modules, names, errors
    case exitCodes = "exit-codes"
    case environment

    /// What the page is about, in a few words.
    func summary(in language: Language) -> String {
        switch (self, language) {
        case (.presets, .english): "what a preset may say, and what goes before what"
        case (.presets, .russian): "что может стоять в пресете и что важнее чего"
        case (.rules, .english): "Lua that rewrites prompts"
        case (.rules, .russian): "Lua, которая переписывает промпты"
        case (.batch, .english): "how files of prompts are written"
        case (.batch, .russian): "как пишутся файлы с промптами"
        case (.policy, .english): "Lua that decides whether a job is sent"
        case (.policy, .russian): "Lua, которая решает, отправлять ли задание"
        case (.modules, .english): "what a script can require"
        case (.modules, .russian): "что скрипт может подключить"
        case (.names, .english): "how kept pictures are named"
        case (.names, .russian): "как называются сохранённые картинки"
        case (.errors, .english): "every code of an error, and how a command ends with it"
        case (.errors, .russian): "все коды ошибок и с каким кодом завершается команда"
        case (.exitCodes, .english): "every exit code"
        case (.exitCodes, .russian): "все коды завершения"
        case (.environment, .english): "every variable that is read"
        case (.environment, .russian): "все переменные окружения"
        }
    }

    /// The page, without a line break at its end.
    func text(in language: Language) -> String {
        switch self {
        case .presets: HelpText.presets(in: language)
        case .rules: HelpText.rules(in: language)
        case .batch: HelpText.batch(in: language)
        case .policy: HelpText.policy(in: language)
        case .modules: HelpText.modules(in: language)
        case .names: HelpText.names(in: language)
        case .errors: HelpText.errors(in: language)
        case .exitCodes: HelpText.exitCodes(in: language)
        case .environment: HelpText.environment(in: language)
        }
    }

    /// The list of pages.
    static func list(in language: Language) -> String {
        let heading = language == .russian ? "ТЕМЫ (falhost help ТЕМА):" : "TOPICS (falhost help TOPIC):"
        return ([heading] + HelpText.table(allCases.map { ($0.rawValue, $0.summary(in: language)) }))
            .joined(separator: "\n")
    }
}
