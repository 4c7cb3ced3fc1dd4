internal import CSQLite
internal import Generation

/// A prepared statement with its bindings and its current row.
final class SQLiteStatement {
    private let handle: OpaquePointer
    private let connection: SQLiteConnection
    /// Room for the parameters' texts, so that SQLite makes no copies of its own; it has them until the reset.
    private let texts: UnsafeMutableRawPointer
    private var textsEnd = 0

    private static let roomForTexts = 2048

    init(_ handle: OpaquePointer, of connection: SQLiteConnection) {
        self.handle = handle
        self.connection = connection
        texts = .allocate(byteCount: Self.roomForTexts, alignment: 1)
    }

    deinit {
        sqlite3_finalize(handle)
        texts.deallocate()
    }

    /// Sets all parameters.
    func bind(_ values: SQLiteValue...) throws(GenerationError) { try bind(values) }

    func bind(_ values: [SQLiteValue]) throws(GenerationError) {
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw connection.error(code) }
        }
    }

    private func bind(_ value: SQLiteValue, at parameter: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, parameter)
        case .integer(let value): sqlite3_bind_int64(handle, parameter, value)
        case .real(let value): sqlite3_bind_double(handle, parameter, value)
        case .text(let value): bind(value, at: parameter)
        }
    }

    private func bind(_ text: String, at parameter: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            guard textsEnd + bytes.count <= Self.roomForTexts, let start = bytes.baseAddress else {
                return bytes.withMemoryRebound(to: CChar.self) { text in
                    sqlite3_bind_text(handle, parameter, text.baseAddress, Int32(text.count), Self.copied)
                }
            }
            let place = texts + textsEnd
            place.copyMemory(from: start, byteCount: bytes.count)
            textsEnd += bytes.count
            let kept = place.assumingMemoryBound(to: CChar.self)
            return sqlite3_bind_text(handle, parameter, kept, Int32(bytes.count), nil)
        }
    }

    // One value each, for statements that run for each job: an array of values costs more than setting them.

    func set(_ parameter: Int32, _ value: String?) throws(GenerationError) {
        let code = value.map { bind($0, at: parameter) } ?? sqlite3_bind_null(handle, parameter)
        guard code == SQLITE_OK else { throw connection.error(code) }
    }

    func set(_ parameter: Int32, _ value: Int64?) throws(GenerationError) {
        let code = value.map { sqlite3_bind_int64(handle, parameter, $0) } ?? sqlite3_bind_null(handle, parameter)
        guard code == SQLITE_OK else { throw connection.error(code) }
    }

    func set(_ parameter: Int32, _ value: Double?) throws(GenerationError) {
        let code = value.map { sqlite3_bind_double(handle, parameter, $0) } ?? sqlite3_bind_null(handle, parameter)
        guard code == SQLITE_OK else { throw connection.error(code) }
    }

    /// Goes to the next row; false at the end.
    func step() throws(GenerationError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw connection.error(code)
        }
    }

    /// Makes the statement ready to run again and lets go of its locks.
    func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
        textsEnd = 0
    }

    /// The column's text, nil when it is NULL.
    func text(_ column: Int32) -> String? {
        guard let bytes = sqlite3_column_text(handle, column) else { return nil }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

    /// The column's number, nil when it is NULL.
    func number(_ column: Int32) -> Double? {
        sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_double(handle, column)
    }

    /// The column's amount in billionths of a dollar, nil when it is NULL.
    func dollars(_ column: Int32) -> Dollars? {
        sqlite3_column_type(handle, column) == SQLITE_NULL
            ? nil : Dollars(nanos: sqlite3_column_int64(handle, column))
    }

    // SQLITE_TRANSIENT is a cast of -1 in a macro, which Swift does not import: SQLite copies the bytes at once.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}
