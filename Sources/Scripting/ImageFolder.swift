package import EventLoop
package import FalClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The folder that pictures are downloaded to.
@LoopActor
package struct ImageFolder {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// Downloads the picture at `url` (http, https or a data URI) and returns the path it was written to.
    ///
    /// The name is the URL's last part; a name that is taken gets a number, so that no picture is written over.
    package func save(_ url: String, with client: FalClient) async throws(FalError) -> String {
        try createFolder()
        let target = freePath(for: Self.fileName(of: url))
        Self.underWay.insert(target)
        defer { Self.underWay.remove(target) }
        return try await client.download(url, to: target).path
    }

    /// Looks whether pictures could be written here: better known before one is paid for. Leaves nothing behind.
    package func check() throws(FalError) {
        let new = Self.missingFolders(on: path)
        defer { for folder in new { rmdir(folder) } }
        try createFolder()
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

    private func createFolder() throws(FalError) {
        guard let failed = Self.create(path) else { return }
        throw FalError(.storage, "cannot create folder '\(failed)': \(String(cString: strerror(errno)))")
    }

    /// Makes a folder and those above it; the one that could not be made, with errno set, or nil.
    private static func create(_ folder: String) -> String? {
        if mkdir(folder, 0o755) == 0 || isFolder(folder) { return nil }
        guard errno == ENOENT, let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { return folder }
        if let failed = create(String(folder[..<slash])) { return failed }
        return mkdir(folder, 0o755) == 0 || isFolder(folder) ? nil : folder
    }

    /// Whether what is in the place of a folder that could not be made is a folder; leaves errno as it is.
    private static func isFolder(_ path: String) -> Bool {
        let number = errno
        defer { errno = number }
        var status = stat()
        return number == EEXIST && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
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
