/// Why an archive can be neither read nor written.
package enum ArchiveError: Error, Sendable, Equatable {
    case file(path: String, reason: String)
    case notZip
    case damaged(String)
    case tooManyEntries(Int)
    /// Above what a zip without ZIP64 holds.
    case tooLarge(bytes: Int)
    case zip64
    case encrypted(String)
    case unknownMethod(String, Int)
    /// A photo is not what it was when it was looked at.
    case changed(String)
}

extension ArchiveError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .notZip: "it is no zip archive"
        case .damaged(let what): "the archive is damaged: \(what)"
        case .tooManyEntries(let count): "\(count) files need ZIP64, which trainers may not read: send at most 65534"
        case .tooLarge(let bytes):
            "\(bytes >> 20) MiB need ZIP64, which trainers may not read: send fewer or smaller photos, below 4 GiB"
        case .zip64: "the archive is a ZIP64 one, which trainers may not read: pack fewer than 4 GiB and 65535 files"
        case .encrypted(let name): "\(name) is encrypted: pack it without a password"
        case .unknownMethod(let name, let method):
            "\(name) is compressed by method \(method), which trainers may not read: store or deflate it"
        case .changed(let name): "\(name) changed while it was packed: try again"
        }
    }
}
