/// The language of messages and log lines that people read.
package enum Language: String, Sendable, CaseIterable {
    case english = "en"
    case russian = "ru"

    /// Russian where `FALHOST_LANG`, else the first of `LC_ALL`, `LC_MESSAGES`, `LANG` that is set, begins with "ru".
    package init(environment: [String: String]) {
        let names = ["FALHOST_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
        let value = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        self = value.lowercased().hasPrefix("ru") ? .russian : .english
    }
}
