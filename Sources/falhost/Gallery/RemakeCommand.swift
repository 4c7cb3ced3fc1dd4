import Generation
import JSON

/// The command line that asks for the same picture again.
enum RemakeCommand {
    /// Every value that was sent is named, so that a preset that has changed since does not matter.
    static func line(avatar: String, preset: String, prompt: String, arguments: JSONObject) -> String {
        var words = ["falhost", "generate", "--avatar", avatar]
        if !preset.isEmpty { words += ["--preset", preset] }
        for (key, value) in settings(arguments) { words += ["--set", "\(key)=\(text(value))"] }
        if prompt.hasPrefix("-") { words.append("--") }
        return (words + [prompt]).map(quoted).joined(separator: " ")
    }

    /// For a picture with a receipt beside it.
    static func line(receiptOf file: String) -> String { "falhost redo \(quoted(file))" }

    /// The config keys that the arguments were made from.
    private static func settings(_ arguments: JSONObject) -> [(String, JSONValue)] {
        let keys = Set(ConfigKey.allCases.filter { $0.role == .argument }.map(\.rawValue))
        return arguments.compactMap { name, value in
            if name == "loras" {
                return value.arrayValue?.first?["scale"].map { (ConfigKey.loraScale.rawValue, $0) }
            }
            return keys.contains(name) && !value.isNull ? (name, value) : nil
        }
    }

    private static func text(_ value: JSONValue) -> String {
        if let text = value.stringValue { return text }
        // A value of the ledger is JSON, whose numbers are finite.
        return (try? value.serialized()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// A word as a POSIX shell reads it (XCU 2.2.2).
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_=./:,+@%".utf8.contains(byte)
        }
        if plain, !word.isEmpty { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
