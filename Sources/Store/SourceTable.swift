internal import Generation
internal import JSON

/// The table of the presets and rules that jobs were made with.
final class SourceTable {
    private let insert: SQLiteStatement
    private let select: SQLiteStatement
    /// Thousands of jobs, one after the other, have the same set.
    private var last: (set: RequestSources, id: Int64)?

    init(_ connection: SQLiteConnection) throws(GenerationError) {
        insert = try connection.prepare("INSERT OR IGNORE INTO sources (document) VALUES (?)")
        select = try connection.prepare("SELECT id FROM sources WHERE document = ?")
    }

    /// The row of a set, which is there afterwards; the caller has opened a transaction for writing.
    func id(of set: RequestSources?) throws(GenerationError) -> Int64? {
        guard let set else { return nil }
        if let last, last.set == set { return last.id }
        let document = SQLiteValue.text(try JSONValue.object(set.json).text())
        let id = if let found = try find(document) { found } else { try add(document) }
        last = id.map { (set, $0) }
        return id
    }

    /// The transaction was undone: what it added is not there.
    func forget() { last = nil }

    private func add(_ document: SQLiteValue) throws(GenerationError) -> Int64? {
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
