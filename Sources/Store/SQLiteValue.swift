/// A value that a statement's parameter is set to (SQLite: "Datatypes").
enum SQLiteValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)

    init(_ value: String?) {
        self = value.map { .text($0) } ?? .null
    }

    init(_ value: Int64?) {
        self = value.map { .integer($0) } ?? .null
    }

    init(_ value: Double?) {
        self = value.map { .real($0) } ?? .null
    }
}
