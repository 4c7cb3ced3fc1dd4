internal import Generation

/// The table of avatars and its prepared statements.
struct AvatarTable {
    private let connection: SQLiteConnection
    private let selectOne: SQLiteStatement
    private let selectAll: SQLiteStatement
    private let upsert: SQLiteStatement
    private let delete: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(GenerationError) {
        let columns = """
            id, name, training_type, status, diffusers_lora_file_url, trigger_phrase, finetune_id, trigger_word,
            user_id, config_file_url, training_request_id, training_error, lora_sha256, lora_size, archived,
            lora_validator
            """
        self.connection = connection
        selectOne = try connection.prepare("SELECT \(columns) FROM avatars WHERE id = ?")
        selectAll = try connection.prepare("SELECT \(columns) FROM avatars ORDER BY id")
        upsert = try connection.prepare(
            "INSERT OR REPLACE INTO avatars (\(columns)) VALUES (?\(String(repeating: ", ?", count: 15)))")
        delete = try connection.prepare("DELETE FROM avatars WHERE id = ?")
    }

    func avatar(id: String) throws(GenerationError) -> Avatar? {
        defer { selectOne.reset() }
        try selectOne.bind(.text(id))
        return try selectOne.step() ? avatar(selectOne) : nil
    }

    func avatars() throws(GenerationError) -> [Avatar] {
        defer { selectAll.reset() }
        var avatars: [Avatar] = []
        while try selectAll.step() { avatars.append(avatar(selectAll)) }
        return avatars
    }

    func save(_ avatars: [Avatar]) throws(GenerationError) {
        try connection.transaction(.writing) { () throws(GenerationError) -> Void in
            for avatar in avatars { try save(avatar) }
        }
    }

    func add(_ avatar: Avatar) throws(GenerationError) -> Bool {
        try connection.transaction(.writing) { () throws(GenerationError) -> Bool in
            if try self.avatar(id: avatar.id) != nil { return false }
            try save(avatar)
            return true
        }
    }

    func update(
        _ id: String, _ change: (Avatar) throws(GenerationError) -> Avatar
    ) throws(GenerationError) -> Avatar? {
        try connection.transaction(.writing) { () throws(GenerationError) -> Avatar? in
            guard let avatar = try avatar(id: id) else { return nil }
            let changed = try change(avatar)
            if changed != avatar { try save(changed) }
            return changed
        }
    }

    func remove(id: String) throws(GenerationError) -> Bool {
        defer { delete.reset() }
        try delete.bind(.text(id))
        _ = try delete.step()
        return connection.changes > 0
    }

    private func save(_ avatar: Avatar) throws(GenerationError) {
        defer { upsert.reset() }
        try upsert.bind(
            .text(avatar.id), .text(avatar.name), .text(avatar.trainingType), .text(avatar.status),
            SQLiteValue(avatar.diffusersLoraFileURL), SQLiteValue(avatar.triggerPhrase),
            SQLiteValue(avatar.finetuneID), SQLiteValue(avatar.triggerWord), SQLiteValue(avatar.userID),
            SQLiteValue(avatar.configFileURL), SQLiteValue(avatar.trainingRequestID),
            SQLiteValue(avatar.trainingError), SQLiteValue(avatar.loraSHA256),
            SQLiteValue(avatar.loraSize), .integer(avatar.isArchived ? 1 : 0), SQLiteValue(avatar.loraValidator))
        _ = try upsert.step()
    }

    private func avatar(_ row: SQLiteStatement) -> Avatar {
        // The first four columns are NOT NULL.
        var avatar = Avatar(
            id: row.text(0) ?? "", name: row.text(1) ?? "", trainingType: row.text(2) ?? "", status: row.text(3) ?? "",
            diffusersLoraFileURL: row.text(4), triggerPhrase: row.text(5), finetuneID: row.text(6),
            triggerWord: row.text(7))
        if let text = row.text(8) { avatar.userID = text }
        if let text = row.text(9) { avatar.configFileURL = text }
        if let text = row.text(10) { avatar.trainingRequestID = text }
        if let text = row.text(11) { avatar.trainingError = text }
        if let text = row.text(12) { avatar.loraSHA256 = text }
        if !row.isNull(13) { avatar.loraSize = Int64(row.integer(13)) }
        if row.integer(14) == 1 { avatar.isArchived = true }
        if let text = row.text(15) { avatar.loraValidator = text }
        return avatar
    }
}
