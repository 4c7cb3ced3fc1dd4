/// A fal model id, `owner/alias[/path…]` (facts: app id in request URLs §1.2).
package struct EndpointID: Sendable, Hashable, CustomStringConvertible {
    /// The whole id: where a job is submitted to.
    package let description: String
    /// Where `requestBase` ends in it.
    private let baseEnd: String.Index

    /// Refuses what is not an id with code `validation`; the old form `123-name` becomes `123/name`.
    package init(_ text: String) throws(FalError) {
        let id = Self.modernForm(ofLegacy: text) ?? text
        guard let baseEnd = Self.endOfBase(id) else {
            throw FalError(
                .validation, "not a fal endpoint: \"\(text.prefix(100))\"; write owner/name, such as fal-ai/flux-lora",
                field: "endpoint")
        }
        description = id
        self.baseEnd = baseEnd
    }

    /// The part of the id that stands in the URLs of its requests: `owner/alias`, with the namespace (`workflows` or
    /// `comfy`) if there is one.
    package var requestBase: String { String(description[..<baseEnd]) }

    /// What follows the alias, joined by slashes; empty when nothing does.
    package var path: String { String(description[baseEnd...].dropFirst()) }

    /// The end of `[namespace/]owner/alias`; nil when the text is no id.
    private static func endOfBase(_ text: String) -> String.Index? {
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let first = segments[0]
        let hasNamespace = first.elementsEqual("workflows".utf8) || first.elementsEqual("comfy".utf8)
        let count = hasNamespace ? 3 : 2
        guard segments.count >= count, segments.allSatisfy(isSegment) else { return nil }
        return segments[count - 1].endIndex
    }

    private static func modernForm(ofLegacy text: String) -> String? {
        let bytes = text.utf8
        guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")), dash > bytes.startIndex,
            bytes[..<dash].allSatisfy({ (0x30...0x39).contains($0) }), !bytes.contains(UInt8(ascii: "/"))
        else { return nil }
        return "\(text[..<dash])/\(text[bytes.index(after: dash)...])"
    }

    private static func isSegment(_ segment: Substring.UTF8View) -> Bool {
        !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
            && segment.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
