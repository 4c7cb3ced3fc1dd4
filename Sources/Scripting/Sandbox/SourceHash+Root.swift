import Generation

extension SourceHash {
    /// The same file by its path from a project's folder; one that lies elsewhere stays as it is.
    func relative(to root: String) -> SourceHash {
        guard path.hasPrefix(root + "/") else { return self }
        return SourceHash(path: String(path.dropFirst(root.count + 1)), sha256: sha256)
    }
}
