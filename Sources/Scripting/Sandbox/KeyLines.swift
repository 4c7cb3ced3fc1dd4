/// Finds the lines of a Lua file that set table keys: `name =`, `["name"] =` or `table.name =`.
///
/// It reads the text, not the program: a key that is computed has no line. Comments, strings and `local name =` do not
/// count. Of several the one that is nested least counts, and among those the last.
struct KeyLines {
    private struct Found {
        let line: Int
        let depth: Int
    }
    private let text: [UInt8]
    private var position = 0
    private var line = 1
    /// How many braces are open.
    private var depth = 0
    private var found: [String: Found] = [:]

    init(in text: [UInt8]) {
        self.text = text
        while position < text.count { step() }
    }

    subscript(key: String) -> Int? { found[key]?.line }

    private mutating func step() {
        switch text[position] {
        case UInt8(ascii: "{"): depth += 1
        case UInt8(ascii: "}"): depth -= 1
        case UInt8(ascii: "-") where next == UInt8(ascii: "-"): return skipComment()
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return skipString()
        case UInt8(ascii: "[") where level(at: position) != nil: return skipLong()
        case UInt8(ascii: "["): return readIndex()
        case let byte where Self.isLetter(byte): return readName()
        default: break
        }
        advance()
    }

    private var next: UInt8? { position + 1 < text.count ? text[position + 1] : nil }

    private mutating func advance() {
        if text[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while position < text.count, [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(text[position]) { advance() }
    }

    // MARK: What is no code

    private mutating func skipComment() {
        position += 2
        if position < text.count, level(at: position) != nil { return skipLong() }
        while position < text.count, text[position] != UInt8(ascii: "\n") { advance() }
    }

    private mutating func skipString() {
        let quote = text[position]
        advance()
        while position < text.count, text[position] != quote {
            if text[position] == UInt8(ascii: "\\"), next != nil { advance() }
            advance()
        }
        if position < text.count { advance() }
    }

    /// How many `=` a long bracket that opens there has; nil where none opens.
    private func level(at start: Int) -> Int? {
        guard text[start] == UInt8(ascii: "[") else { return nil }
        var end = start + 1
        while end < text.count, text[end] == UInt8(ascii: "=") { end += 1 }
        return end < text.count && text[end] == UInt8(ascii: "[") ? end - start - 1 : nil
    }

    private mutating func skipLong() {
        guard let level = level(at: position) else { return advance() }
        let close = [UInt8(ascii: "]")] + [UInt8](repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]
        position += level + 2
        while position < text.count, !text[position...].starts(with: close) { advance() }
        position = min(text.count, position + close.count)
    }

    // MARK: Keys

    private mutating func readName() {
        let isMember = position > 0 && text[position - 1] == UInt8(ascii: ".")
        let start = position
        let startLine = line
        while position < text.count, Self.isLetter(text[position]) || Self.isDigit(text[position]) { position += 1 }
        let name = String(decoding: text[start..<position], as: UTF8.self)
        if depth > 0 || isMember { noteIfAssigned(name, startLine) }
    }

    /// `["name"] =`
    private mutating func readIndex() {
        let startLine = line
        advance()
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "\"") || text[position] == UInt8(ascii: "'") else {
            return
        }
        let start = position + 1
        skipString()
        let name = String(decoding: text[start..<max(start, position - 1)], as: UTF8.self)
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "]") else { return }
        position += 1
        noteIfAssigned(name, startLine)
    }

    private mutating func noteIfAssigned(_ name: String, _ startLine: Int) {
        skipSpace()
        guard position < text.count, text[position] == UInt8(ascii: "="), next != UInt8(ascii: "=") else { return }
        if let earlier = found[name], earlier.depth < depth { return }
        found[name] = Found(line: startLine, depth: depth)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
