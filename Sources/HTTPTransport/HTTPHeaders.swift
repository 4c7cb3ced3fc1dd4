/// Header fields in order; names compare without case (RFC 9110 §5.1).
///
/// One buffer holds them all: a request or a response has a dozen, and hardly any is looked at.
package struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral {
    /// Where a field's parts stand in `bytes`.
    struct Field: Sendable {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// `name: value` and a zero byte for each field, which is how libcurl takes it.
    private(set) var bytes: [UInt8] = []
    private(set) var fields: [Field] = []

    package init() {}

    package init(dictionaryLiteral elements: (String, String)...) {
        reserveCapacity(fields: elements.count + 4, bytes: 256)
        for (name, value) in elements { append(name, value) }
    }

    /// The first field of that name; setting replaces all fields of the name, nil removes them.
    package subscript(name: String) -> String? {
        get { index(of: name).map { text(fields[$0].value) } }
        set {
            while let index = index(of: name) { fields.remove(at: index) }
            if let newValue { append(name, newValue) }
        }
    }

    /// All fields in order.
    package var pairs: [(name: String, value: String)] { fields.map { (text($0.name), text($0.value)) } }

    package mutating func append(_ name: String, _ value: String) {
        append(name.utf8, value.utf8)
    }

    /// Adds a field whose parts are given as bytes; those that are not UTF-8 are read as U+FFFD.
    mutating func append(_ name: some Collection<UInt8>, _ value: some Collection<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        let nameEnd = bytes.count
        bytes.append(UInt8(ascii: ":"))
        bytes.append(UInt8(ascii: " "))
        let valueStart = bytes.count
        bytes.append(contentsOf: value)
        fields.append(Field(name: start..<nameEnd, value: valueStart..<bytes.count))
        bytes.append(0)
    }

    /// Makes room for so many fields and bytes at once.
    mutating func reserveCapacity(fields fieldCount: Int, bytes byteCount: Int) {
        fields.reserveCapacity(fieldCount)
        bytes.reserveCapacity(byteCount)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func index(of name: String) -> Int? {
        for index in fields.indices where has(fields[index], name) { return index }
        return nil
    }

    private func has(_ field: Field, _ name: String) -> Bool {
        guard field.name.count == name.utf8.count else { return false }
        var index = field.name.lowerBound
        for byte in name.utf8 {
            guard Self.lower(bytes[index]) == Self.lower(byte) else { return false }
            index += 1
        }
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
