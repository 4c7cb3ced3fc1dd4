internal import Generation

/// A look at the avatars of a database that changes nothing and waits for nobody.
package enum StoredAvatars {
    /// Their ids, in order; none where the file is absent, locked or cannot be read, for a shell that asks what to offer
    /// has no use for an error.
    package static func ids(path: String, limit: Int = 1000) -> [String] {
        do {
            let connection = try SQLiteConnection(readingOnly: path)
            let statement = try connection.prepare("SELECT id FROM avatars ORDER BY id LIMIT \(limit)")
            var ids: [String] = []
            while try statement.step() { ids.append(statement.text(0) ?? "") }
            return ids
        } catch {
            return []
        }
    }
}
