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
        var end = line.count
        while end > 0, line[end - 1] == UInt8(ascii: "\n") || line[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        if end == 0 { return status >= 200 ? .complete : .more }
        if Self.isStatusLine(line, end) {
            startMessage(line, end)
        } else {
            addField(line, end)
        }
        return .more
    }

    /// A field's name has no slash, so the first five bytes decide.
    private static func isStatusLine(_ line: UnsafeRawBufferPointer, _ end: Int) -> Bool {
        end >= 5 && line[4] == UInt8(ascii: "/") && line.starts(with: "HTTP".utf8)
    }

    private mutating func startMessage(_ line: UnsafeRawBufferPointer, _ end: Int) {
        headers = HTTPHeaders()
        headers.reserveCapacity(fields: 16, bytes: 512)
        var index = 0
        while index < end, line[index] != UInt8(ascii: " ") { index += 1 }
        status = line[min(index + 1, end)..<min(index + 4, end)].reduce(0) { $0 * 10 + Int($1) - 48 }
    }

    private mutating func addField(_ line: UnsafeRawBufferPointer, _ lineEnd: Int) {
        var colon = 0
        while colon < lineEnd, line[colon] != UInt8(ascii: ":") { colon += 1 }
        guard colon < lineEnd else { return }
        var (start, end) = (colon + 1, lineEnd)
        while start < end, Self.isBlank(line[start]) { start += 1 }
        while end > start, Self.isBlank(line[end - 1]) { end -= 1 }
        headers.append(line[..<colon], line[start..<end])
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }
}
