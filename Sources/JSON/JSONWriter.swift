/// Writes a JSON document token by token; the caller keeps the order of RFC 8259 (a name before each member's value).
///
/// Text that JSON lets stand stays as it is (`/`, letters beyond ASCII), floats are the shortest that read back the
/// same and keep their point or exponent (`1.0`), so that integers and floats stay apart.
package struct JSONWriter {
    /// How a document is spread over lines.
    package enum Layout: Sendable {
        /// No whitespace.
        case compact
        /// Two spaces a level, one member or element a line.
        case pretty
    }

    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0
    /// What the last token was, as far as the next one cares.
    private var last = Last.nothing

    private enum Last {
        case nothing
        case opening
        case name
        case value
    }

    /// An empty document.
    package init(layout: Layout = .compact) {
        self.layout = layout
        bytes.reserveCapacity(256)
    }

    // MARK: Structure

    /// `{`; names and values follow in turn.
    package mutating func beginObject() { open(UInt8(ascii: "{")) }
    /// `}`
    package mutating func endObject() { close(UInt8(ascii: "}")) }
    /// `[`; values follow.
    package mutating func beginArray() { open(UInt8(ascii: "[")) }
    /// `]`
    package mutating func endArray() { close(UInt8(ascii: "]")) }

    /// A member's name; its value comes next.
    package mutating func name(_ name: String) {
        separate()
        quote(name)
        colon()
    }

    /// A member's name from bytes that may not be UTF-8.
    package mutating func name(utf8 name: UnsafeRawBufferPointer) throws(JSONWritingError) {
        separate()
        try quote(utf8: name)
        colon()
    }

    // MARK: Scalars

    /// A string.
    package mutating func string(_ text: String) {
        separate()
        quote(text)
        last = .value
    }

    /// A string from bytes that may not be UTF-8.
    package mutating func string(utf8 text: UnsafeRawBufferPointer) throws(JSONWritingError) {
        separate()
        try quote(utf8: text)
        last = .value
    }

    /// A number without fraction and exponent.
    package mutating func integer(_ value: Int64) {
        separate()
        // By hand, for `description` takes six times as long: a sign and 19 digits at most.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { text in
            var start = text.count
            var rest = value.magnitude
            repeat {
                start -= 1
                text[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                start -= 1
                text[start] = UInt8(ascii: "-")
            }
            bytes.append(contentsOf: UnsafeMutableBufferPointer(rebasing: text[start...]))
        }
        last = .value
    }

    /// Refuses NaN and the infinities: JSON has no words for them.
    package mutating func number(_ value: Double) throws(JSONWritingError) {
        guard value.isFinite else { throw .notFinite(value) }
        scalar(value.description)
    }

    /// `true` or `false`.
    package mutating func bool(_ value: Bool) { scalar(value ? "true" : "false") }
    /// `null`
    package mutating func null() { scalar("null") }

    // MARK: Layout

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        last = .opening
    }

    private mutating func close(_ bracket: UInt8) {
        depth -= 1
        if last == .value { breakLine() }
        bytes.append(bracket)
        last = .value
    }

    private mutating func scalar(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        last = .value
    }

    private mutating func colon() {
        bytes.append(UInt8(ascii: ":"))
        if layout == .pretty { bytes.append(UInt8(ascii: " ")) }
        last = .name
    }

    private mutating func separate() {
        switch last {
        case .nothing, .name:
            return
        case .value:
            bytes.append(UInt8(ascii: ","))
            breakLine()
        case .opening:
            breakLine()
        }
    }

    private mutating func breakLine() {
        guard layout == .pretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth { bytes.append(contentsOf: [0x20, 0x20]) }
    }

    // MARK: Text

    private mutating func quote(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { appendEscaped(UnsafeRawBufferPointer($0)) }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func quote(utf8 text: UnsafeRawBufferPointer) throws(JSONWritingError) {
        if let offset = text.firstBadUTF8() { throw .badUTF8(offset: offset) }
        bytes.append(UInt8(ascii: "\""))
        appendEscaped(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
        var start = 0
        var index = text.endOfPlainASCII(from: 0)
        while index < text.count {
            let byte = text[index]
            if byte < 0x80 {
                bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<index]))
                appendEscape(byte)
                start = index + 1
            }
            index = text.endOfPlainASCII(from: index + 1)
        }
        // Not the slice: its bytes are copied one by one.
        bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start...]))
    }

    private mutating func appendEscape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        default:
            let digits: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 15)])
        }
    }
}
