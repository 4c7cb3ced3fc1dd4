extension PromptTemplate {
    package init(parsing text: String) throws(SyntaxError) {
        var parser = Parser(characters: Array(text))
        self.init(parts: try parser.parts(in: nil))
    }

    private struct Parser {
        let characters: [Character]
        var position = 0

        init(characters: [Character]) { self.characters = characters }

        /// Reads up to the end, or up to the `|` or `}` that ends an alternative of the brace at `opening`.
        mutating func parts(in opening: Int?) throws(SyntaxError) -> [Part] {
            var parts: [Part] = []
            var text = ""
            func flush() {
                if !text.isEmpty { parts.append(.text(text)) }
                text = ""
            }
            while position < characters.count {
                switch characters[position] {
                case "\\" where position + 1 < characters.count && "{}|\\".contains(characters[position + 1]):
                    text.append(characters[position + 1])
                    position += 2
                case "{" where isVariable:
                    flush()
                    parts.append(try variable())
                case "{":
                    let braced = try choice()
                    if braced.count > 1 {
                        flush()
                        parts.append(.choice(braced))
                    } else {
                        flush()
                        parts += [.text("{")] + braced[0] + [.text("}")]
                    }
                case "|" where opening != nil, "}" where opening != nil:
                    flush()
                    return parts
                case "}": throw .unopened(column: position + 1)
                default:
                    text.append(characters[position])
                    position += 1
                }
            }
            if let opening { throw .unclosed(column: opening + 1) }
            flush()
            return parts
        }

        private var isVariable: Bool { position + 1 < characters.count && characters[position + 1] == "{" }

        private mutating func choice() throws(SyntaxError) -> [[Part]] {
            let opening = position
            var alternatives: [[Part]] = []
            repeat {
                position += 1
                alternatives.append(try parts(in: opening))
            } while characters[position] == "|"
            position += 1
            return alternatives
        }

        private mutating func variable() throws(SyntaxError) -> Part {
            let opening = position
            position += 2
            let start = position
            while position < characters.count, characters[position] != "}" { position += 1 }
            guard position + 1 < characters.count, characters[position + 1] == "}" else {
                throw .unclosed(column: opening + 1)
            }
            let name = String(characters[start..<position].filter { !$0.isWhitespace })
            position += 2
            guard PromptTemplate.isVariableName(name) else {
                throw .badName(String(characters[start..<position - 2]), column: opening + 1)
            }
            return .variable(name)
        }
    }

    /// Letters, digits and `_`, of any script.
    package static func isVariableName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}
