internal import CSQLite
internal import Generation

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension StorageFault {
    /// What an SQLite result code means to the operator (SQLite: "Result and Error Codes").
    init(code: Int32, connection: OpaquePointer?) {
        let systemError = connection.map { sqlite3_system_errno($0) } ?? 0
        switch code & 0xFF {
        case SQLITE_NOTADB: self = .notADatabase
        case SQLITE_CORRUPT: self = .damaged
        case SQLITE_READONLY: self = .readOnly
        case SQLITE_FULL: self = .full
        case SQLITE_IOERR where systemError == ENOSPC || systemError == EDQUOT: self = .full
        case SQLITE_BUSY, SQLITE_LOCKED: self = .busy
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH:
            self = .cannotOpen(reason: systemError == 0 ? Self.text(code) : Self.systemText(systemError))
        default:
            let detail = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
            self = .other(reason: detail ?? Self.text(code))
        }
    }

    /// The system's own words for an error number.
    static func systemText(_ number: Int32) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    private static func text(_ code: Int32) -> String {
        sqlite3_errstr(code).map { String(cString: $0) } ?? "SQLite error \(code)"
    }
}
