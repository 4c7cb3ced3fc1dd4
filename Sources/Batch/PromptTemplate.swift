/// A prompt with alternatives `{a|b|c}` and variables `{{name}}`.
///
/// Alternatives may hold variables and alternatives. Braces without a bar between them stand for themselves, and so does
/// what follows a backslash: `\{`, `\}`, `\|`, `\\`.
package struct PromptTemplate: Sendable, Equatable {
    enum Part: Sendable, Equatable {
        case text(String)
        case variable(String)
        case choice([[Part]])
    }

    let parts: [Part]

    init(parts: [Part]) { self.parts = parts }

    /// What a prompt cannot be read for.
    package enum SyntaxError: Error, Equatable, CustomStringConvertible {
        /// Columns are counted in characters, from 1.
        case unclosed(column: Int)
        case unopened(column: Int)
        case badName(String, column: Int)

        package var description: String {
            switch self {
            case .unclosed(let column): "'{' at character \(column) is never closed; write \\{ for a brace"
            case .unopened(let column): "'}' at character \(column) closes nothing; write \\} for a brace"
            case .badName(let name, let column):
                "'{{\(name)}}' at character \(column) is no variable: names are letters, digits and _"
            }
        }
    }

    /// The names of its variables, each once, in their order.
    package var variables: [String] {
        var names: [String] = []
        func collect(_ parts: [Part]) {
            for part in parts {
                switch part {
                case .text: break
                case .variable(let name): if !names.contains(name) { names.append(name) }
                case .choice(let alternatives): alternatives.forEach(collect)
                }
            }
        }
        collect(parts)
        return names
    }

    /// In how many ways its alternatives can be chosen; `Int.max` stands for more than can be counted.
    package var combinations: Int { Self.combinations(of: parts) }

    private static func combinations(of parts: [Part]) -> Int {
        var count = 1
        for case .choice(let alternatives) in parts {
            let ways = alternatives.reduce(0) { sum, parts in
                let (total, overflows) = sum.addingReportingOverflow(combinations(of: parts))
                return overflows ? .max : total
            }
            let (product, overflows) = count.multipliedReportingOverflow(by: ways)
            count = overflows ? .max : product
        }
        return count
    }

    /// The prompt with each alternative drawn from `generator`; a variable without a value stays as it is written.
    package func drawn(
        with variables: [String: String], using generator: inout some RandomNumberGenerator
    ) -> String {
        var text = ""
        func append(_ parts: [Part]) {
            for part in parts {
                switch part {
                case .text(let words): text += words
                case .variable(let name): text += variables[name] ?? "{{\(name)}}"
                // Not `randomElement`: how that uses the generator may change with Swift's version.
                case .choice(let alternatives):
                    append(alternatives[Int(generator.next() % UInt64(alternatives.count))])
                }
            }
        }
        append(parts)
        return text
    }

    /// The prompt of one combination, `0..<combinations`; the last alternatives change fastest.
    package func combination(_ number: Int, with variables: [String: String]) -> String {
        Self.combination(number, of: parts, with: variables)
    }

    private static func combination(_ number: Int, of parts: [Part], with variables: [String: String]) -> String {
        var rest = number
        var words: [String] = []
        for part in parts.reversed() {
            switch part {
            case .text(let text): words.append(text)
            case .variable(let name): words.append(variables[name] ?? "{{\(name)}}")
            case .choice(let alternatives):
                let ways = combinations(of: [part])
                var index = rest % ways
                rest /= ways
                for alternative in alternatives {
                    let count = combinations(of: alternative)
                    if index < count {
                        words.append(combination(index, of: alternative, with: variables))
                        break
                    }
                    index -= count
                }
            }
        }
        return words.reversed().joined()
    }
}
