/// Why a rule gives no prompt.
package enum RuleFault: Sendable, Equatable {
    /// The rule's file returns something else than a function.
    case notFunction(file: String, FoundType)
    /// The function returned something else than a string.
    case notText(file: String, FoundType)
    case notUTF8(file: String)
    /// No service takes what the rules have made.
    case prompt(PromptFault)
    /// In the words of Lua or of the system; begins with `file:line: ` where that is known.
    case other(String)

    /// A sentence, to go after the rule's name and a colon.
    package func message(in language: Language) -> String {
        switch self {
        case .notFunction(let file, let found):
            let found = found.text(in: language)
            return language.wording(
                "\(file) returns \(found), a function(prompt, context) is expected",
                "\(file) возвращает \(found), а нужна function(prompt, context)")
        case .notText(let file, let found):
            let found = found.text(in: language)
            return language.wording(
                "\(file) returned \(found), the prompt to use is expected",
                "\(file) возвращает \(found), а нужен промпт")
        case .notUTF8(let file):
            return language.wording(
                "\(file) returned a string that is not UTF-8, the prompt to use is expected",
                "\(file) возвращает строку не в UTF-8, а нужен промпт")
        case .prompt(let fault): return GenerationError.invalidPrompt(fault).message(in: language)
        case .other(let reason): return reason
        }
    }
}
