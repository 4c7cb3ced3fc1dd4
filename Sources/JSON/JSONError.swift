/// Why a document is not JSON, and where.
package struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as half a sentence: "unexpected character", "bad UTF-8".
    package let reason: String
    /// Byte offset into the document, from 0.
    package let offset: Int

    package init(_ reason: String, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var description: String { "not JSON: \(reason) at byte \(offset)" }
}
