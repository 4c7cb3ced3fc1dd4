/// Reads comma-separated values as RFC 4180 has them, one record at a time.
///
/// Spreadsheets of some languages separate with `;`, and others write tabs: what the header has most of is taken.
package struct CSVReader {
    /// One line of a table.
    package struct Record: Equatable {
        /// Where it begins, counted from 1: a quoted field may hold line ends.
        package let line: Int
        /// Without their quotes.
        package let fields: [String]
    }

    /// What RFC 4180 does not have.
    package enum SyntaxError: Error, Equatable {
        case unclosedQuote(line: Int)
        case textAfterQuote(line: Int)

        /// Where it is.
        package var line: Int {
            switch self {
            case .unclosedQuote(let line), .textAfterQuote(let line): line
            }
        }
    }

    private let characters: [Character]
    private var position = 0
    private var line = 1
    private let separator: Character

    package init(_ text: String) {
        characters = Array(text)
        separator = Self.separator(in: characters)
    }

    private static func separator(in characters: [Character]) -> Character {
        var counts: [Character: Int] = [:]
        var isQuoted = false
        for character in characters {
            if character == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if character.isNewline { break }
            if ",;\t".contains(character) { counts[character, default: 0] += 1 }
        }
        return [",", ";", "\t"].max { counts[$0, default: 0] < counts[$1, default: 0] } ?? ","
    }

    /// The next record; nil at the end. Lines with nothing on them are passed over.
    package mutating func next() throws(SyntaxError) -> Record? {
        while position < characters.count, characters[position].isNewline { skipNewline() }
        guard position < characters.count else { return nil }
        let start = line
        var fields: [String] = []
        while true {
            fields.append(try field())
            guard position < characters.count, characters[position] == separator else { break }
            position += 1
        }
        if position < characters.count { skipNewline() }
        return Record(line: start, fields: fields)
    }

    private mutating func skipNewline() {
        position += 1
        line += 1
    }

    private var isAtFieldEnd: Bool {
        position == characters.count || characters[position] == separator || characters[position].isNewline
    }

    private mutating func field() throws(SyntaxError) -> String {
        if position < characters.count, characters[position] == "\"" { return try quotedField() }
        let start = position
        while !isAtFieldEnd { position += 1 }
        return String(characters[start..<position])
    }

    private mutating func quotedField() throws(SyntaxError) -> String {
        let start = line
        var text = ""
        position += 1
        while position < characters.count {
            let character = characters[position]
            position += 1
            if character.isNewline { line += 1 }
            guard character == "\"" else {
                text.append(character)
                continue
            }
            // A quote within quotes is written twice.
            if position < characters.count, characters[position] == "\"" {
                text.append(character)
                position += 1
            } else if isAtFieldEnd {
                return text
            } else {
                throw .textAfterQuote(line: line)
            }
        }
        throw .unclosedQuote(line: start)
    }
}

extension CSVReader.SyntaxError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unclosedQuote: "a quote (\") is never closed"
        case .textAfterQuote: "text follows a closing quote; a quote within quotes is written twice (\"\")"
        }
    }
}
