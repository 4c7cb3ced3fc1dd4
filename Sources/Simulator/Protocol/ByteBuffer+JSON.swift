import JSON
import NIOCore

/// JSON straight into a reply's bytes, for the replies that are written thousands of times a second.
extension ByteBuffer {
    init(json: JSONValue) {
        self.init()
        writeJSON(json)
    }

    mutating func writeInteger(decimal number: Int) {
        guard number >= 0, number < 10 else {
            writeString(String(number))
            return
        }
        writeInteger(UInt8(ascii: "0") + UInt8(number))
    }

    /// Writes a string with its quotes (RFC 8259 §7).
    mutating func writeJSONString(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            for index in bytes.indices where Self.needsEscape(bytes[index]) {
                writeBytes(bytes[start..<index])
                writeEscape(bytes[index])
                start = index + 1
            }
            writeBytes(bytes[start...])
        }
        writeInteger(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func writeEscape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): writeStaticString("\\\"")
        case UInt8(ascii: "\\"): writeStaticString("\\\\")
        case UInt8(ascii: "\n"): writeStaticString("\\n")
        default:
            let hex = String(byte, radix: 16)
            writeString("\\u00" + (byte < 16 ? "0" : "") + hex)
        }
    }

    mutating func writeJSON(_ value: JSONValue) {
        switch value {
        case .null: writeStaticString("null")
        case .bool(let flag): writeString(flag ? "true" : "false")
        case .integer(let number): writeString(String(number))
        case .number(let number): writeString(number.isFinite ? "\(number)" : "null")
        case .string(let text): writeJSONString(text)
        case .array(let values):
            writeStaticString("[")
            for (index, value) in values.enumerated() {
                if index > 0 { writeStaticString(",") }
                writeJSON(value)
            }
            writeStaticString("]")
        case .object(let object):
            writeStaticString("{")
            for (index, member) in object.enumerated() {
                if index > 0 { writeStaticString(",") }
                writeJSONString(member.name)
                writeStaticString(":")
                writeJSON(member.value)
            }
            writeStaticString("}")
        }
    }
}
