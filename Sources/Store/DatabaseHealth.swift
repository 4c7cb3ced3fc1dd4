internal import CSQLite
package import Generation

/// How falhost's SQLite file is.
package struct DatabaseHealth: Sendable {
    /// How many migrations it has seen, and how many this falhost knows.
    package let version: Int
    package let knownVersion: Int
    /// What SQLite finds wrong with its pages; nil when nothing is.
    package let damage: String?
    /// In bytes, with what is still in the write-ahead log.
    package let size: Int64

    /// SQLite's own release: `3.40.1`.
    package static var sqliteVersion: String { String(cString: sqlite3_libversion()) }

    /// Looks at a file that is there, and changes nothing of it. Reads all of it, off the loop.
    package static func read(path: String) async throws(GenerationError) -> DatabaseHealth {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await look(path)
        }
    }

    @concurrent
    private static func look(_ path: String) async throws(GenerationError) -> DatabaseHealth {
        let connection = try SQLiteConnection(path: path)
        return try connection.transaction(.reading) { () throws(GenerationError) in
            guard try connection.number("PRAGMA application_id") == DatabaseSchema.applicationID else {
                throw .storage(path: path, .foreign)
            }
            let damage = try connection.text("PRAGMA quick_check(1)")
            let pages = try connection.number("PRAGMA page_count")
            return DatabaseHealth(
                version: try connection.number("PRAGMA user_version"), knownVersion: DatabaseSchema.migrations.count,
                damage: damage == "ok" ? nil : damage,
                size: Int64(pages) * Int64(try connection.number("PRAGMA page_size")))
        }
    }
}
