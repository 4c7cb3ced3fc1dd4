/// A picture file's format, known by its first bytes.
package enum PictureFormat: String, Sendable, CaseIterable {
    case png, jpeg, webp, gif

    /// As a file's name ends.
    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }

    package var contentType: String { "image/\(rawValue)" }

    /// What the first bytes of a file say; nil for anything else.
    package init?(signature bytes: some Collection<UInt8>) {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
            self = .webp
        } else if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) {
            self = .gif
        } else {
            return nil
        }
    }

    /// The format that a name's or an address's last part promises.
    package init?(named name: some StringProtocol) {
        let path = name.prefix { $0 != "?" && $0 != "#" }
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return nil }
        switch path[dot...].dropFirst().lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        case "webp": self = .webp
        case "gif": self = .gif
        default: return nil
        }
    }

    /// The format that a content type names.
    package init?(contentType: String) {
        let type = contentType.prefix { $0 != ";" }.lowercased()
        guard let format = Self.allCases.first(where: { type.hasPrefix($0.contentType) }) else { return nil }
        self = format
    }
}
