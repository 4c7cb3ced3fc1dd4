import JSON

/// A text as the Bot API understands it: the entities of HTML read, white space at both ends left out.
struct StyledText: Equatable {
    let plain: String
    /// What is compared to see whether an edit changes anything.
    let source: String

    /// UTF-16 units, in which limits are given.
    var length: Int { plain.utf16.count }

    private static let tags: Set<String> = [
        "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "tg-emoji", "a", "code",
        "pre", "blockquote",
    ]

    init(_ call: APICall, _ name: String) throws(APIError) {
        try self.init(call.string(name) ?? "", mode: call.string("parse_mode"))
    }

    init(_ source: String, mode: String?) throws(APIError) {
        self.source = source
        switch mode?.lowercased() {
        case nil, "": plain = Self.trimmed(source)
        case "html": plain = Self.trimmed(try Self.parse(Array(source.utf8)))
        default: throw .badRequest("unsupported parse_mode")
        }
    }

    private static func trimmed(_ text: String) -> String {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    private static func parse(_ bytes: [UInt8]) throws(APIError) -> String {
        var plain: [UInt8] = []
        var open: [(name: String, offset: Int)] = []
        var at = 0
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "&"), let (character, next) = entity(bytes, at) {
                plain += Array(character.utf8)
                at = next
            } else if bytes[at] == UInt8(ascii: "<") {
                at = try tag(bytes, at, &open)
            } else {
                plain.append(bytes[at])
                at += 1
            }
        }
        if let last = open.last {
            throw fault("Can't find end tag corresponding to start tag \"\(last.name)\"")
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func fault(_ text: String) -> APIError { .badRequest("can't parse entities: " + text) }

    private static func entity(_ bytes: [UInt8], _ at: Int) -> (String, Int)? {
        guard let end = bytes[at...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let name = String(decoding: bytes[at + 1..<end], as: UTF8.self)
        let character: String? =
            switch name {
            case "lt": "<"
            case "gt": ">"
            case "amp": "&"
            case "quot": "\""
            default: number(name)
            }
        return character.map { ($0, end + 1) }
    }

    private static func number(_ name: String) -> String? {
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let code = digits.lowercased().hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap { Unicode.Scalar($0) }.map { String(Character($0)) }
    }

    private static func tag(_ bytes: [UInt8], _ at: Int, _ open: inout [(name: String, offset: Int)]) throws(APIError)
        -> Int
    {
        guard let end = bytes[at...].firstIndex(of: UInt8(ascii: ">")) else {
            throw fault("Unclosed start tag at byte offset \(at)")
        }
        let inside = String(decoding: bytes[at + 1..<end], as: UTF8.self)
        let isEnd = inside.hasPrefix("/")
        let name = inside.dropFirst(isEnd ? 1 : 0).prefix { $0 != " " }.lowercased()
        if isEnd {
            guard let last = open.popLast() else { throw fault("Unexpected end tag at byte offset \(at)") }
            guard last.name == name else {
                throw fault(
                    "Unmatched end tag at byte offset \(at), expected \"</\(last.name)>\", found \"</\(name)>\"")
            }
        } else {
            guard tags.contains(name) else {
                throw fault("Unsupported start tag \"\(name)\" at byte offset \(at)")
            }
            open.append((name, at))
        }
        return end + 1
    }
}
