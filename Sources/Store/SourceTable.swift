internal import Generation
internal import JSON

/// The table of the presets and rules that jobs were made with.
struct SourceTable {
    private let insert: SQLiteStatement
    private let select: SQLiteStatement

    init(_ connection: SQLiteConnection) throws(GenerationError) {
        insert = try connection.prepare("INSERT OR IGNORE INTO sources (document) VALUES (?)")
        select = try connection.prepare("SELECT id FROM sources WHERE document = ?")
    }

    /// The row of a set, which is there afterwards; the caller has opened a transaction for writing.
    func id(of set: RequestSources?) throws(GenerationError) -> Int64? {
        guard let set else { return nil }
        let document = SQLiteValue.text(try JSONValue.object(set.json).text())
        if let id = try find(document) { return id }
        defer { insert.reset() }
        try insert.bind(document)
        _ = try insert.step()
        return try find(document)
    }

    private func find(_ document: SQLiteValue) throws(GenerationError) -> Int64? {
        defer { select.reset() }
        try select.bind(document)
        return try select.step() ? Int64(select.integer(0)) : nil
    }
}

extension RequestSources {
    /// Nil for a damaged document.
    init?(stored text: String) {
        guard let json = try? JSONValue(parsing: text) else { return nil }
        self.init(json)
    }
}

extension JobOrder.Subject {
    /// Nil for a call without a config.
    func overridesText() throws(GenerationError) -> String? {
        overrides.isEmpty ? nil : try JSONValue.object(overrides).text()
    }
}

extension JSONObject {
    /// Empty where nothing was given; nil for a damaged document.
    init?(stored text: String?) {
        guard let text else {
            self.init()
            return
        }
        guard case .object(let json)? = try? JSONValue(parsing: text) else { return nil }
        self = json
    }
}
