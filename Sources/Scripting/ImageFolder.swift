package import EventLoop
package import FalClient
import Generation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder that files are downloaded to of which no job is known.
@LoopActor
package struct ImageFolder {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Downloads the file at `url` (http, https or a data URI) and returns the path it was written to.
    ///
    /// The name is the URL's last part; a name that is taken gets a number, so that no picture is written over.
    package func save(_ url: String, with client: FalClient) async throws(FalError) -> String {
        try Folder.create(path)
        let target = freePath(for: Self.fileName(of: url))
        Self.underWay.insert(target)
        defer { Self.underWay.remove(target) }
        return try await client.download(url, to: target, expecting: .init(ofFileNamed: target)).path
    }

    /// Looks whether pictures could be written here: better known before one is paid for. Leaves nothing behind.
    package func check() throws(FalError) {
        let new = Self.missingFolders(on: path)
        defer { for folder in new { rmdir(folder) } }
        try Folder.create(path)
        if access(path, W_OK | X_OK) == 0 { return }
        throw FalError(.storage, "cannot write pictures to '\(path)': \(String(cString: strerror(errno)))")
    }

    /// The folder and those above it, from the inside out, as far as they are not there.
    private static func missingFolders(on path: String) -> [String] {
        var missing: [String] = []
        var folder = path[...]
        while !folder.isEmpty, access(String(folder), F_OK) != 0 {
            missing.append(String(folder))
            guard let slash = folder.lastIndex(of: "/") else { break }
            folder = folder[..<slash]
        }
        return missing
    }

    /// Paths that downloads of this process will write to: two at a time must not choose the same.
    private static var underWay: Set<String> = []

    private func freePath(for name: String) -> String {
        let dot = name.lastIndex(of: ".") ?? name.endIndex
        var candidate = path + "/" + name
        var number = 1
        while access(candidate, F_OK) == 0 || Self.underWay.contains(candidate) {
            number += 1
            candidate = "\(path)/\(name[..<dot])-\(number)\(name[dot...])"
        }
        return candidate
    }

    /// The last part of the URL's path, with only letters, digits, `.`, `_` and `-`.
    static func fileName(of url: String) -> String {
        if url.hasPrefix("data:") {
            let type = url.dropFirst(5).prefix { $0 != ";" && $0 != "," }
            return "image." + (type == "image/png" ? "png" : "jpg")
        }
        let parts = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        var last = parts.last.map(String.init) ?? ""
        if parts.count > 3, last.prefix(while: { $0 != "." }).allSatisfy(\.isNumber) {
            // A bare number says nothing: the beginning of the folder's name, an id, goes before it.
            last = "\(parts[parts.count - 2].prefix(8))-\(last)"
        }
        let name = String(
            last.unicodeScalars.map { scalar in
                let plain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return plain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
            })
        let visible = name.drop { $0 == "." }
        return visible.isEmpty ? "image" : String(visible.suffix(200))
    }
}
