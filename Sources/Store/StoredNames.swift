internal import Generation

/// A look at the names in a database that changes nothing and waits for nobody.
package enum StoredNames {
    /// The avatars' ids, in order.
    case avatars
    /// The runs' ids, the newest first.
    case runs
    /// The jobs' ids, the newest first.
    case jobs

    private var query: String {
        switch self {
        case .avatars: "SELECT id FROM avatars ORDER BY id LIMIT 1000"
        case .runs: "SELECT id FROM runs ORDER BY started DESC LIMIT 100"
        case .jobs: "SELECT id FROM jobs ORDER BY created DESC LIMIT 100"
        }
    }

    /// None where the file is absent, locked or cannot be read, for a shell that asks what to offer has no use for an
    /// error.
    package func ids(path: String) -> [String] {
        do {
            let connection = try SQLiteConnection(readingOnly: path)
            let statement = try connection.prepare(query)
            var ids: [String] = []
            while try statement.step() { ids.append(statement.text(0) ?? "") }
            return ids
        } catch {
            return []
        }
    }
}
