import ArgumentParser
import Generation

/// What a shell offers behind `falhost help`: the commands and the topics.
///
/// The parser makes the scripts and has no place to say it in: `help` is a command of its own. The words are put into what
/// it wrote.
enum HelpWordCompletion {
    /// The script with the words in it; any other text as it is.
    static func adding(to script: String) -> String {
        guard let change = changes.first(where: { script.contains($0.anchor) }) else { return script }
        return script.replacing(change.anchor, with: change.text, maxReplacements: 1)
    }

    private struct Change {
        /// Stands in the script of this shell alone, once.
        let anchor: String
        let text: String
    }

    private struct Word {
        let name: String
        let summary: String
    }

    private static var changes: [Change] { [bash, zsh, fish] }

    private static var bash: Change {
        let function = "_falhost_help() {\n    repeating_flags=()\n"
        let words = offered.map { quoted($0.name, "'\\''") }.joined(separator: "$'\\n'")
        return Change(
            anchor: function,
            text: """
                _falhost_help() {
                    if [[ "${#unparsed_words[@]}" -eq 1 && "${cur}" != -* ]]; then
                        __falhost_add_completions -W \(words)
                        return
                    fi
                    repeating_flags=()

                """)
    }

    private static var zsh: Change {
        let function = "_falhost_help() {\n    local -i ret=1\n    local -ar arg_specs=(\n        '*:subcommands:'\n"
        let words = offered.map { "        " + quoted("\($0.name):\($0.summary)", "'\\''") }.joined(separator: "\n")
        return Change(
            anchor: function,
            text: """
                _falhost_help() {
                    local -i ret=1
                    local -ar ___topics=(
                \(words)
                    )
                    local -ar arg_specs=(
                        ':topic:{__falhost_complete "${___topics[@]}"}'

                """)
    }

    private static var fish: Change {
        let line =
            "complete -c 'falhost' -n '__falhost_should_offer_completions_for_flags_or_options \"falhost help\" version'"
        let condition = "'__falhost_should_offer_completions_for_positional \"falhost help\" -eq 1'"
        let words = offered.map { word in
            "complete -c 'falhost' -n \(condition) -fa \(quoted(word.name, "\\'")) -d \(quoted(word.summary, "\\'"))\n"
        }
        return Change(anchor: line, text: words.joined() + line)
    }

    /// A topic that has a command's name is one page with it.
    private static var offered: [Word] {
        let commands = Falhost.commands.map { command in
            Word(name: command.configuration.commandName ?? "", summary: command.configuration.abstract)
        }
        let names = Set(commands.map(\.name))
        let topics = HelpTopic.allCases.filter { !names.contains($0.rawValue) }
        return commands + topics.map { Word(name: $0.rawValue, summary: $0.summary(in: .english)) }
    }

    /// - Parameter quote: what stands for a single quote within single quotes.
    private static func quoted(_ text: String, _ quote: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: quote) + "'"
    }
}
