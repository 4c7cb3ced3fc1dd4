package import Generation

/// The avatars in falhost's SQLite file; several processes may use the file at once.
///
/// The file, and the folder it lies in, are created at the first use and not before.
package actor AvatarDatabase: AvatarStore {
    package nonisolated let path: String
    private var opened: AvatarTable?

    package init(path: String) {
        self.path = path
    }

    package func avatar(id: String) throws(GenerationError) -> Avatar? { try table().avatar(id: id) }

    package func avatars() throws(GenerationError) -> [Avatar] { try table().avatars() }

    package func save(_ avatars: [Avatar]) throws(GenerationError) { try table().save(avatars) }

    package func remove(id: String) throws(GenerationError) -> Bool { try table().remove(id: id) }

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
