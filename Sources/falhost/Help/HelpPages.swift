import ArgumentParser
import Generation

/// What `falhost help` and `--help` print beside the parser's own text.
enum HelpPages {
    /// `falhost help TOPIC`, where the topic is no command; nil where the parser has the answer.
    ///
    /// Throws for a word that is neither.
    static func topic(_ words: ArraySlice<String>) throws(CommandError) -> String? {
        guard words.first == "help", let word = words.dropFirst().first, !word.hasPrefix("-") else { return nil }
        if word == "help" || command(word) != nil { return nil }
        let language = Settings.language()
        if let topic = HelpTopic(rawValue: word) { return topic.text(in: language) }
        let known = Falhost.commands.map(name) + HelpTopic.allCases.map(\.rawValue)
        let hint =
            DidYouMean.nearest(to: word, in: known).map { "did you mean \($0)?" } ?? "falhost help lists what there is"
        throw CommandError(.usage, "there is no help about '\(word)'; \(hint)")
    }

    /// The examples that a help page begins with.
    static func examples(_ words: ArraySlice<String>) -> String? {
        guard let exampled = subject(words) as? any Exampled.Type else { return nil }
        return "EXAMPLES:\n" + exampled.examples.map { "  " + $0 }.joined(separator: "\n") + "\n"
    }

    /// What a help page ends with.
    static func end(_ words: ArraySlice<String>) -> String? {
        let named = words.first { !$0.hasPrefix("-") && $0 != "help" }
        let language = Settings.language()
        guard let named, command(named) != nil else { return HelpTopic.list(in: language) + "\n" }
        if named == "simulate" { return SimulateCommand.faultTable + "\n" }
        return HelpTopic(rawValue: named).map { $0.text(in: language) + "\n" }
    }

    /// The command that the words name; `run` where they name none.
    private static func subject(_ words: ArraySlice<String>) -> any ParsableCommand.Type {
        words.lazy.filter { !$0.hasPrefix("-") && $0 != "help" }.first.flatMap(command) ?? RunCommand.self
    }

    private static func command(_ word: String) -> (any ParsableCommand.Type)? {
        Falhost.commands.first { name($0) == word }
    }

    private static func name(_ command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }
}
