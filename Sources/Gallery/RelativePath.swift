/// Links from a page to files beside it.
enum RelativePath {
    /// The file's path, seen from `folder`; both are absolute.
    static func path(to file: String, from folder: String) -> String {
        steps(to: file, from: folder).joined(separator: "/")
    }

    private static func steps(to file: String, from folder: String) -> [String] {
        let file = parts(file)
        let folder = parts(folder)
        let common = zip(file, folder).prefix { $0 == $1 }.count
        return Array(repeating: "..", count: folder.count - common) + file.dropFirst(common).map(String.init)
    }

    /// The file's path as a link in a page that lies in `folder`; both paths are absolute.
    static func link(to file: String, from folder: String) -> String {
        let path = steps(to: file, from: folder).map { $0 == ".." ? $0 : escaped($0[...]) }.joined(separator: "/")
        // A first part with a colon would be a scheme.
        return path.hasPrefix(".") ? path : "./" + path
    }

    private static func parts(_ path: String) -> [Substring] {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return parts
    }

    /// One part of a path with everything but RFC 3986's unreserved characters as percent signs and digits.
    private static func escaped(_ part: Substring) -> String {
        var text = ""
        for byte in part.utf8 {
            let scalar = Unicode.Scalar(byte)
            if byte < 0x80,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar)
            {
                text.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return text
    }
}
