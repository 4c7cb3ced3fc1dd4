/// A fal model id, `owner/alias[/path…]` (facts: app id in request URLs §1.2).
package struct EndpointID: Sendable, Hashable, CustomStringConvertible {
    /// `workflows` or `comfy` when the id begins with one of them.
    package let namespace: String?
    /// The account that the model belongs to: `fal-ai`.
    package let owner: String
    /// The model's name: `flux-lora`.
    package let alias: String
    /// What follows the alias, joined by slashes; empty when nothing does.
    package let path: String

    /// Refuses what is not an id with code `validation`; the old form `123-name` becomes `123/name`.
    package init(_ text: String) throws(FalError) {
        var segments = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if segments.count == 1, let legacy = Self.legacySegments(text) { segments = legacy }
        guard segments.allSatisfy(Self.isSegment) else { throw Self.invalid(text) }
        namespace = Self.namespaces.contains(segments[0]) ? segments.removeFirst() : nil
        guard segments.count >= 2 else { throw Self.invalid(text) }
        owner = segments[0]
        alias = segments[1]
        path = segments[2...].joined(separator: "/")
    }

    /// The whole id: where a job is submitted to.
    package var description: String { path.isEmpty ? requestBase : "\(requestBase)/\(path)" }

    /// The part of the id that stands in the URLs of its requests: `owner/alias`, with the namespace if there is one.
    package var requestBase: String {
        namespace.map { "\($0)/\(owner)/\(alias)" } ?? "\(owner)/\(alias)"
    }

    private static let namespaces: Set<String> = ["workflows", "comfy"]

    private static func legacySegments(_ text: String) -> [String]? {
        guard let dash = text.firstIndex(of: "-"), dash > text.startIndex else { return nil }
        let owner = text[..<dash]
        let alias = text[text.index(after: dash)...]
        guard owner.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !alias.isEmpty else { return nil }
        return [String(owner), String(alias)]
    }

    private static func isSegment(_ segment: String) -> Bool {
        segment != "." && segment != ".." && !segment.isEmpty
            && segment.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private static func invalid(_ text: String) -> FalError {
        FalError(
            .validation, "not a fal endpoint: \"\(text.prefix(100))\"; write owner/name, such as fal-ai/flux-lora",
            field: "endpoint")
    }
}
