/// The parts of a multipart/form-data body (RFC 7578).
struct MultipartForm {
    private(set) var fields: [(name: String, value: String)] = []
    private(set) var files: [(name: String, file: UploadedFile)] = []

    /// Nil when the body does not end as such a form does.
    init?(_ body: [UInt8], contentType: String) {
        guard let boundary = Self.parameter("boundary", of: contentType) else { return nil }
        let separator = Array("\r\n--\(boundary)".utf8)
        // The first separator has no line end before it.
        var rest = (Array("\r\n".utf8) + body)[...]
        guard rest.starts(with: separator) else { return nil }
        rest = rest.dropFirst(separator.count)
        while !rest.starts(with: "--".utf8) {
            guard let end = Self.find(separator, in: rest) else { return nil }
            guard add(rest[rest.startIndex + 2..<end]) else { return nil }
            rest = rest[(end + separator.count)...]
        }
    }

    private mutating func add(_ part: ArraySlice<UInt8>) -> Bool {
        guard let end = Self.find(Array("\r\n\r\n".utf8), in: part) else { return false }
        let head = String(decoding: part[..<end], as: UTF8.self)
        let content = Array(part[(end + 4)...])
        let lines = head.split(separator: "\r\n")
        guard let disposition = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }),
            let name = Self.parameter("name", of: String(disposition))
        else { return false }
        if let fileName = Self.parameter("filename", of: String(disposition)) {
            files.append((name, UploadedFile(name: fileName, bytes: content)))
        } else {
            fields.append((name, String(decoding: content, as: UTF8.self)))
        }
        return true
    }

    private static func parameter(_ name: String, of header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].drop(while: { $0 == " " }) == name else { continue }
            return String(pair[1].filter { $0 != "\"" && $0 != "\r" && $0 != "\n" })
        }
        return nil
    }

    /// Where `pattern` begins in `bytes`.
    private static func find(_ pattern: [UInt8], in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { whole in
            guard whole.count >= pattern.count else { return nil }
            let last = whole.count - pattern.count
            var start = 0
            while start <= last, let at = whole[start...last].firstIndex(of: pattern[0]) {
                if whole[at..<at + pattern.count].elementsEqual(pattern) { return bytes.startIndex + at }
                start = at + 1
            }
            return nil
        }
    }
}
