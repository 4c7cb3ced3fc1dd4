/// Why a value has no JSON form.
package enum JSONWritingError: Error, Equatable, CustomStringConvertible {
    case notFinite(Double)
    /// `offset` counts bytes into the string, from 0.
    case badUTF8(offset: Int)

    package var description: String {
        switch self {
        case .notFinite(let value): "JSON has no form for the number \(value)"
        case .badUTF8(let offset): "a string is not UTF-8 at its byte \(offset)"
        }
    }
}
