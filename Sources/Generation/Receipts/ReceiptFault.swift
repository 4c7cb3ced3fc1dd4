/// Why a receipt cannot be used: words that go behind the name of its file.
package enum ReceiptFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// In the words of the JSON reader: "not JSON: … at byte 2".
    case notJSON(reason: String)
    /// JSON, but of something else.
    case notAReceipt
    case newer(version: Int64)
    /// A member that is missing, or is not what it must be: `request.endpoint`.
    case field(String)

    package var description: String {
        switch self {
        case .notJSON(let reason): "it is \(reason)"
        case .notAReceipt: "it is no receipt: it has no member receipt with a version"
        case .newer(let version):
            "it is a receipt of version \(version), and this falhost reads version \(Receipt.version): update falhost"
        case .field(let name): "\(name) is missing or is not what a receipt has there"
        }
    }
}
