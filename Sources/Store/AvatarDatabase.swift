package import Generation

/// The avatars in falhost's SQLite file; several processes may use the file at once.
///
/// The file, and the folder it lies in, are created at the first use and not before. Opening and writing can wait for
/// the disk or for another process, so they run in the global pool whatever executor the caller prefers. Reading by a
/// prepared statement waits for nobody in write-ahead mode and takes microseconds: less than a change of threads.
package actor AvatarDatabase: AvatarStore {
    package nonisolated let path: String
    private var opened: AvatarTable?

    package init(path: String) {
        self.path = path
    }

    package nonisolated func avatar(id: String) async throws(GenerationError) -> Avatar? {
        try await open()
        return try await withTable { (table) throws(GenerationError) in try table.avatar(id: id) }
    }

    package nonisolated func avatars() async throws(GenerationError) -> [Avatar] {
        try await open()
        return try await withTable { (table) throws(GenerationError) in try table.avatars() }
    }

    package nonisolated func save(_ avatars: [Avatar]) async throws(GenerationError) {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await withTable { (table) throws(GenerationError) in try table.save(avatars) }
        }
    }

    package nonisolated func add(_ avatar: Avatar) async throws(GenerationError) -> Bool {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await withTable { (table) throws(GenerationError) in try table.add(avatar) }
        }
    }

    package nonisolated func update(
        _ id: String, _ change: @escaping @Sendable (Avatar) throws(GenerationError) -> Avatar
    ) async throws(GenerationError) -> Avatar? {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await withTable { (table) throws(GenerationError) in try table.update(id, change) }
        }
    }

    package nonisolated func remove(id: String) async throws(GenerationError) -> Bool {
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await withTable { (table) throws(GenerationError) in try table.remove(id: id) }
        }
    }

    private var isOpen: Bool { opened != nil }

    private nonisolated func open() async throws(GenerationError) {
        if await isOpen { return }
        try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(GenerationError) in
            try await withTable { _ in }
        }
    }

    /// Runs `body` with the table, which is opened when it is not yet.
    private func withTable<Value: Sendable>(
        _ body: @Sendable (AvatarTable) throws(GenerationError) -> Value
    ) throws(GenerationError) -> Value {
        try body(table())
    }

    private func table() throws(GenerationError) -> AvatarTable {
        if let opened { return opened }
        guard !path.isEmpty else { throw .storage(path: "FALHOST_DB", .cannotOpen(reason: "the path is empty")) }
        try DatabaseFolder.create(above: path)
        let connection = try SQLiteConnection(path: path)
        try DatabaseSchema.prepare(connection)
        let table = try AvatarTable(connection)
        opened = table
        return table
    }
}
