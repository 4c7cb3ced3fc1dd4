internal import CCurl
internal import EventLoop

extension HTTPHeaders {
    /// Refuses what would end a field's line and begin another.
    func checkForSending() throws(TransportError) {
        for field in fields {
            guard !field.name.isEmpty, bytes[field.name].allSatisfy(Self.isTokenByte) else {
                throw Self.refused("a header field's name has a character that HTTP forbids")
            }
            guard bytes[field.value].allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 }) else {
                throw Self.refused("the header field \(text(field.name)) has a line break or another control character")
            }
        }
    }

    private static func refused(_ message: String) -> TransportError {
        TransportError(.other, delivery: .impossible, message: message)
    }

    /// RFC 9110 §5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: "!#$%&'*+.^_`|~".utf8.contains(byte)
        }
    }
}

extension EasyHandle {
    /// Sends the fields, which have been checked.
    func add(_ headers: HTTPHeaders) {
        headers.bytes.withUnsafeBytes { bytes in
            for field in headers.fields {
                // libcurl takes `Name:` for the wish to leave the field out, and `Name;` for an empty one.
                if bytes[field.value].allSatisfy({ $0 == 0x20 || $0 == 9 }) {
                    add(headerLine: headers.text(field.name) + ";")
                } else if let start = bytes.baseAddress {
                    add(headerLine: (start + field.name.lowerBound).assumingMemoryBound(to: CChar.self))
                }
            }
        }
    }
}
