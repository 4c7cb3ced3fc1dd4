import Generation

extension SourceHash {
    /// The same file by its path from a project's folder; one that lies elsewhere stays as it is.
    func relative(to root: String) -> SourceHash {
        guard path.hasPrefix(root + "/") else { return self }
        return SourceHash(path: String(path.dropFirst(root.count + 1)), sha256: sha256)
    }

    /// The project that a folder of it such as `scripts/rules` belongs to.
    static func root(of folder: String, named name: String) -> String {
        folder.hasSuffix("/" + name) ? String(folder.dropLast(name.count + 1)) : folder
    }
}
