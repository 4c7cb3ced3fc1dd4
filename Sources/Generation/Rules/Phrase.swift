/// Looks for whole words and phrases, without regard to case, in any alphabet.
package enum Phrase {
    /// True when `text` has `phrase` with no letter, digit, mark or underscore right before or after it.
    ///
    /// `TOK` is not in "stock"; `ток` is in «ТОК, портрет». A run of white space equals one space. A phrase without
    /// anything but spaces is in every text.
    package static func contains(_ phrase: String, in text: String) -> Bool {
        if let phrase = asciiFolded(phrase), let text = asciiFolded(text) {
            return contains(phrase, in: text, isWord: isASCIIWord)
        }
        return contains(folded(phrase), in: folded(text), isWord: isWord)
    }

    /// The text in lower case, by Unicode's case mapping.
    package static func lowercased(_ text: String) -> String { text.lowercased() }

    private static func contains<Unit: Equatable>(_ phrase: [Unit], in text: [Unit], isWord: (Unit) -> Bool) -> Bool {
        guard let first = phrase.first, let last = phrase.last else { return true }
        guard phrase.count <= text.count else { return false }
        let opensWithWord = isWord(first)
        let endsWithWord = isWord(last)
        for start in 0...(text.count - phrase.count) where text[start] == first {
            let end = start + phrase.count
            guard text[start..<end].elementsEqual(phrase) else { continue }
            if opensWithWord, start > 0, isWord(text[start - 1]) { continue }
            if endsWithWord, end < text.count, isWord(text[end]) { continue }
            return true
        }
        return false
    }

    /// Lower case with single spaces and none at the ends; nil when the text is not ASCII.
    private static func asciiFolded(_ text: String) -> [UInt8]? {
        var folded: [UInt8] = []
        folded.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x80...: return nil
            case 0x20, 0x09...0x0D: if let last = folded.last, last != 0x20 { folded.append(0x20) }
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): folded.append(byte | 0x20)
            default: folded.append(byte)
            }
        }
        if folded.last == 0x20 { folded.removeLast() }
        return folded
    }

    /// The same for any text. Upper case first: `ς` and `σ` are one letter, and so are `ß` and `ss`.
    private static func folded(_ text: String) -> [Character] {
        var folded: [Character] = []
        for character in text.uppercased().lowercased() {
            if !character.isWhitespace {
                folded.append(character)
            } else if let last = folded.last, last != " " {
                folded.append(" ")
            }
        }
        if folded.last == " " { folded.removeLast() }
        return folded
    }

    private static func isASCIIWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isWord(_ character: Character) -> Bool {
        if character.isLetter || character.isNumber || character == "_" { return true }
        switch character.unicodeScalars.first?.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return false
        }
    }
}
