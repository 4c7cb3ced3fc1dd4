import JSON

extension JSONValue {
    /// The integer, also when it is written as a string: pydantic's lax mode.
    var laxInteger: Int64? {
        integerValue ?? stringValue.flatMap { Int64($0) }
    }

    /// The flag, also when it is written as 0, 1 or a word.
    var laxFlag: Bool? {
        switch self {
        case .bool(let flag): flag
        case .integer(let number): number == 1
        case .string(let word): ["true", "1", "yes", "on"].contains(word.lowercased())
        default: nil
        }
    }
}
