/// How one text became another, word by word.
package struct TextDifference: Sendable, Equatable {
    package enum Part: Sendable, Equatable {
        case kept(String)
        case removed(String)
        case added(String)
    }
    /// In the order of the text; joined without the added ones they are the old text, without the removed ones the new.
    package private(set) var parts: [Part] = []

    /// Above so many words that differ a text counts as replaced: the comparison's memory grows with their square.
    private static let mostWords = 2000

    package init(from old: String, to new: String) {
        let oldWords = Self.words(old)
        let newWords = Self.words(new)
        let prefix = zip(oldWords, newWords).prefix { $0 == $1 }.count
        let mostSuffix = min(oldWords.count, newWords.count) - prefix
        let suffix = zip(oldWords.reversed(), newWords.reversed()).prefix(mostSuffix).prefix { $0 == $1 }.count
        append(kept: oldWords[..<prefix])
        compare(oldWords[prefix..<(oldWords.count - suffix)], newWords[prefix..<(newWords.count - suffix)])
        append(kept: oldWords[(oldWords.count - suffix)...])
    }

    private mutating func compare(_ old: ArraySlice<Substring>, _ new: ArraySlice<Substring>) {
        if old.count + new.count > Self.mostWords { return append(old.joined(), new.joined()) }
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in Array(new).difference(from: Array(old)) {
            switch change {
            case .remove(let offset, _, _): removed.insert(old.startIndex + offset)
            case .insert(let offset, _, _): added.insert(new.startIndex + offset)
            }
        }
        walk(old, new, removed: removed, added: added)
    }

    /// A space between two changes belongs to both: "a b" to "x y" is one change.
    private mutating func walk(
        _ old: ArraySlice<Substring>, _ new: ArraySlice<Substring>, removed: Set<Int>, added: Set<Int>
    ) {
        var (oldText, newText, space) = ("", "", "")
        var (left, right) = (old.startIndex, new.startIndex)
        while left < old.endIndex || right < new.endIndex {
            if left < old.endIndex, removed.contains(left) {
                oldText += space + old[left]
                newText += space
                space = ""
                left += 1
            } else if right < new.endIndex, added.contains(right) {
                oldText += space
                newText += space + new[right]
                space = ""
                right += 1
            } else {
                let word = old[left]
                if space.isEmpty, word.allSatisfy(\.isWhitespace), !(oldText.isEmpty && newText.isEmpty) {
                    space = String(word)
                } else {
                    append(oldText, newText)
                    append(kept: [Substring(space), word])
                    (oldText, newText, space) = ("", "", "")
                }
                left += 1
                right += 1
            }
        }
        append(oldText, newText)
        append(kept: [Substring(space)])
    }

    private mutating func append(_ old: String, _ new: String) {
        if !old.isEmpty { parts.append(.removed(old)) }
        if !new.isEmpty { parts.append(.added(new)) }
    }

    private mutating func append(kept words: ArraySlice<Substring>) {
        let text = words.joined()
        if text.isEmpty { return }
        if case .kept(let before) = parts.last {
            parts[parts.count - 1] = .kept(before + text)
        } else {
            parts.append(.kept(text))
        }
    }

    /// Words, runs of white space, and each other character by itself.
    private static func words(_ text: String) -> [Substring] {
        var words: [Substring] = []
        var rest = text[...]
        while let first = rest.first {
            let word: Substring
            if first.isWhitespace {
                word = rest.prefix(while: \.isWhitespace)
            } else if isWord(first) {
                word = rest.prefix(while: isWord)
            } else {
                word = rest.prefix(1)
            }
            words.append(word)
            rest = rest[word.endIndex...]
        }
        return words
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "'" || character == "-"
    }
}
