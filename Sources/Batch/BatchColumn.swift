internal import Generation

/// What a column of a CSV file, or a member of a JSON line, says.
enum BatchColumn: Hashable {
    case prompt, avatar, preset, fileName
    case config(ConfigKey)
    /// The value of `{{name}}`.
    case variable(String)

    /// - Parameter name: as it is written: `prompt`, `avatar`, `preset`, `file`, a config key or `{{name}}`.
    init(named name: String) throws(UnknownName) {
        let name = String(name.trimmingSpaces)
        if name.hasPrefix("{{"), name.hasSuffix("}}"), PromptTemplate.isVariableName(name.dropFirst(2).dropLast(2)) {
            self = .variable(String(name.dropFirst(2).dropLast(2)))
            return
        }
        switch name {
        case "prompt": self = .prompt
        case "avatar": self = .avatar
        case "preset", "quality": self = .preset
        case "file", "file_name", "file name": self = .fileName
        default:
            guard let key = ConfigKey(rawValue: name) else {
                throw UnknownName(name: name, nearest: DidYouMean.nearest(to: name, in: Self.names))
            }
            self = .config(key)
        }
    }

    private static let names = ["prompt", "avatar", "file"] + ConfigKey.names

    struct UnknownName: Error {
        let name: String
        let nearest: String?

        func message(_ what: String) -> String {
            let hint = nearest.map { "did you mean '\($0)'?" } ?? "a variable is written {{\(name)}}"
            return "unknown \(what) '\(name)'; \(hint)"
        }
    }
}
