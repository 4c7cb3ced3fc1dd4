package import Generation

/// What a look at a file of Lua finds wrong with a name in it.
package enum SourceFault: Sendable, Equatable {
    case setsGlobal(String)
    /// One of our modules, which the file does not require.
    case notLoaded(String)
    case unknownGlobal(String, nearest: String?)
    case unknownField(String, of: String, nearest: String?)

    /// What is wrong, and what to do.
    package func message(in language: Language) -> String {
        switch self {
        case .setsGlobal(let name):
            language.wording(
                "sets the global '\(name)': write local", "задаёт глобальную переменную «\(name)»: добавьте local")
        case .notLoaded(let name):
            language.wording("'\(name)' is not loaded: ", "модуль «\(name)» не загружен: ")
                + "local \(name) = require \"\(name)\""
        case .unknownGlobal(let name, let nearest):
            language.wording("unknown global '\(name)'", "неизвестная глобальная переменная «\(name)»")
                + Self.hint(nearest, language)
        case .unknownField(let name, let module, let nearest):
            language.wording("'\(module)' has no '\(name)'", "в «\(module)» нет «\(name)»")
                + Self.hint(nearest, language)
        }
    }

    private static func hint(_ nearest: String?, _ language: Language) -> String {
        nearest.map { language.wording("; did you mean '\($0)'?", "; возможно, «\($0)»?") } ?? ""
    }
}
