internal import CSQLite
internal import Generation

/// One connection to an SQLite file; for one thread at a time (its owner is an actor).
final class SQLiteConnection {
    let path: String
    private let handle: OpaquePointer

    /// How long a statement waits for another process's lock, in milliseconds.
    private static let busyTimeout: Int32 = 5_000

    /// Nobody asks SQLite for its memory statistics, which take a lock at each allocation. Without effect, and harmless,
    /// should SQLite be in use already.
    private static let isConfigured = csqlite_forgo_memory_statistics() == SQLITE_OK

    /// Opens or creates the file; its folder must exist.
    init(path: String) throws(GenerationError) {
        _ = Self.isConfigured
        try DatabaseFile.checkEnd(path)
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &handle, flags, nil)
        guard code == SQLITE_OK, let handle else {
            defer { sqlite3_close_v2(handle) }
            throw .storage(path: path, StorageFault(code: code, connection: handle))
        }
        self.path = path
        self.handle = handle
        sqlite3_busy_timeout(handle, Self.busyTimeout)
    }

    /// Opens a file that is there for reading; a lock of another process is an error at once.
    init(readingOnly path: String) throws(GenerationError) {
        _ = Self.isConfigured
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            defer { sqlite3_close_v2(handle) }
            throw .storage(path: path, StorageFault(code: code, connection: handle))
        }
        self.path = path
        self.handle = handle
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(GenerationError) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw error(code) }
    }

    /// Prepares a statement that is used again and again.
    func prepare(_ sql: String) throws(GenerationError) -> SQLiteStatement {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw error(code) }
        return SQLiteStatement(statement, of: self)
    }

    /// The single number that a query gives.
    func number(_ sql: String) throws(GenerationError) -> Int {
        let statement = try prepare(sql)
        return try statement.step() ? statement.integer(0) : 0
    }

    /// The single text that a query gives.
    func text(_ sql: String) throws(GenerationError) -> String? {
        let statement = try prepare(sql)
        return try statement.step() ? statement.text(0) : nil
    }

    /// Runs `body` in a transaction that sees one state of the file; what it throws undoes everything.
    func transaction<Result>(
        _ kind: TransactionKind, _ body: () throws(GenerationError) -> Result
    ) throws(GenerationError) -> Result {
        try execute(kind.rawValue)
        do throws(GenerationError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // SQLite has undone it already after some errors (full, I/O); the first error is the one to tell.
            if sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    enum TransactionKind: String {
        case reading = "BEGIN"
        /// Takes the write lock at once, so that what was read stays true.
        case writing = "BEGIN IMMEDIATE"
    }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }

    func error(_ code: Int32) -> GenerationError {
        .storage(path: path, StorageFault(code: code, connection: handle))
    }
}
