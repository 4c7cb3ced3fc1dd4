/// The lines that libcurl sends for a request's header fields.
enum HeaderLines {
    /// `Name: value` for each field; refuses what would end the line and begin another.
    static func lines(of headers: HTTPHeaders) throws(TransportError) -> [String] {
        var lines: [String] = []
        if headers.fields.isEmpty { return lines }
        lines.reserveCapacity(headers.fields.count + 2)
        for (name, value) in headers.fields {
            guard isToken(name) else { throw refused("a header field's name has a character that HTTP forbids") }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 9 }) else {
                throw refused("the header field \(name) has a line break or another control character")
            }
            // libcurl takes `Name:` for the wish to leave the field out, and `Name;` for an empty one.
            lines.append(value.utf8.allSatisfy { $0 == 0x20 || $0 == 9 } ? "\(name);" : "\(name): \(value)")
        }
        return lines
    }

    private static func refused(_ message: String) -> TransportError {
        TransportError(.other, delivery: .impossible, message: message)
    }

    /// RFC 9110 §5.6.2.
    private static func isToken(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
