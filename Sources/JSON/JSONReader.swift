/// Reads a JSON document token by token, without building it (RFC 8259, nothing beyond it).
///
/// A document is refused at its first byte that is not JSON: bad UTF-8, a lone surrogate escape, a control character in
/// a string, a byte order mark, anything after the value. Of what the RFC leaves open: names may repeat, a number that
/// no double can hold (`1e999`) is refused, one too small for a double (`1e-999`) is 0, `-0` is the number -0.0, and an
/// integer beyond 64 bits becomes the nearest double.
///
/// The bytes must stay where they are while the reader is in use.
package struct JSONReader: ~Copyable {
    /// One step through the document; text is UTF-8 without quotes and escapes.
    package enum Token {
        case beginObject
        case endObject
        case beginArray
        case endArray
        /// A member's name; its value follows. The bytes are valid until the next call of `next()`.
        case name(UnsafeRawBufferPointer)
        /// The bytes are valid until the next call of `next()`.
        case string(UnsafeRawBufferPointer)
        case integer(Int64)
        case number(Double)
        case bool(Bool)
        case null
        /// The end of the document; every later call gives it again.
        case end
    }

    /// What may come next, whitespace aside.
    private enum Expectation {
        case value
        case elementOrEnd
        case nameOrEnd
        case separatorOrEnd
        case endOfDocument
    }

    private enum Container {
        case array
        case object
    }

    /// Arrays and objects that may stand inside each other when nothing else is said.
    package static let defaultMaximumDepth = 512

    let bytes: UnsafeRawBufferPointer
    var position = 0
    var scratch = TextBuffer()
    private let maximumDepth: Int
    private var expectation = Expectation.value
    private var containers: [Container] = []

    /// Starts at the first byte of `bytes`; a document that nests deeper than `maximumDepth` is refused.
    package init(_ bytes: UnsafeRawBufferPointer, maximumDepth: Int = JSONReader.defaultMaximumDepth) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
    }

    /// Byte offset of what comes next, for messages about a value's meaning.
    package var offset: Int { position }

    /// The next token; after an error the reader is not to be used any more.
    package mutating func next() throws(JSONError) -> Token {
        skipWhitespace()
        switch expectation {
        case .value:
            return try value()
        case .elementOrEnd:
            if peek() == UInt8(ascii: "]") { return close() }
            return try value()
        case .nameOrEnd:
            if peek() == UInt8(ascii: "}") { return close() }
            return try name()
        case .separatorOrEnd:
            return try afterValue()
        case .endOfDocument:
            guard position == bytes.count else { throw error("something after the value") }
            return .end
        }
    }

    // MARK: Structure

    private mutating func afterValue() throws(JSONError) -> Token {
        let inObject = containers.last == .object
        switch peek() {
        case UInt8(ascii: ","):
            position += 1
            skipWhitespace()
            return inObject ? try name() : try value()
        case UInt8(ascii: "}") where inObject, UInt8(ascii: "]") where !inObject:
            return close()
        default:
            throw error(inObject ? "expected , or }" : "expected , or ]")
        }
    }

    private mutating func name() throws(JSONError) -> Token {
        guard peek() == UInt8(ascii: "\"") else { throw error("expected a name in quotes") }
        let name = try string()
        skipWhitespace()
        guard peek() == UInt8(ascii: ":") else { throw error("expected :") }
        position += 1
        expectation = .value
        return .name(name)
    }

    private mutating func value() throws(JSONError) -> Token {
        guard let first = peek() else { throw error("the document ends too early") }
        switch first {
        case UInt8(ascii: "{"): return try open(.object)
        case UInt8(ascii: "["): return try open(.array)
        case UInt8(ascii: "\""):
            let text = try string()
            finishValue()
            return .string(text)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let token = try number()
            finishValue()
            return token
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default:
            throw error(position == 0 && first == 0xEF ? "a byte order mark" : "expected a value")
        }
    }

    private mutating func open(_ container: Container) throws(JSONError) -> Token {
        guard containers.count < maximumDepth else { throw error("nested deeper than \(maximumDepth) levels") }
        containers.append(container)
        position += 1
        expectation = container == .object ? .nameOrEnd : .elementOrEnd
        return container == .object ? .beginObject : .beginArray
    }

    private mutating func close() -> Token {
        position += 1
        let container = containers.removeLast()
        finishValue()
        return container == .object ? .endObject : .endArray
    }

    private mutating func finishValue() {
        expectation = containers.isEmpty ? .endOfDocument : .separatorOrEnd
    }

    private mutating func word(_ word: StaticString, _ token: Token) throws(JSONError) -> Token {
        for index in 0..<word.utf8CodeUnitCount {
            guard peek() == word.utf8Start[index] else { throw error("expected \(word)") }
            position += 1
        }
        finishValue()
        return token
    }

    // MARK: Bytes

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
            default: return
            }
        }
    }

    private func peek() -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(position < bytes.count ? reason : "the document ends too early", offset: position)
    }
}
