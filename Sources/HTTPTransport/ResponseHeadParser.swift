/// Builds a response's head from the lines that libcurl hands over one by one.
struct ResponseHeadParser {
    /// libcurl 7.88 limits one line (100 KiB) but not their number.
    static let maximumSize = 256 << 10

    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private var size = 0

    enum Outcome {
        case more, complete, tooLarge
    }

    /// Takes one line with its line break. `complete` comes with the empty line after a final (not 1xx) status.
    mutating func take(_ line: UnsafeRawBufferPointer) -> Outcome {
        size += line.count
        if size > Self.maximumSize { return .tooLarge }
        var text = line[...]
        while let last = text.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { text.removeLast() }
        if text.isEmpty { return status >= 200 ? .complete : .more }
        if text.starts(with: "HTTP/".utf8) {
            startMessage(text)
        } else {
            addField(text)
        }
        return .more
    }

    private mutating func startMessage(_ line: Slice<UnsafeRawBufferPointer>) {
        headers = HTTPHeaders()
        let digits = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix(3)
        status = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private mutating func addField(_ line: Slice<UnsafeRawBufferPointer>) {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
        let value = Self.trimmed(line[(colon + 1)...])
        headers.append(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    }

    private static func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var text = text.drop { $0 == 32 || $0 == 9 }
        while let last = text.last, last == 32 || last == 9 { text.removeLast() }
        return text
    }
}
