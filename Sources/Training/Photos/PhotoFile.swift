/// One file of a training set.
struct PhotoFile: Sendable {
    enum Place: Sendable {
        case file(path: String)
        case entry(ZipReader.Entry, archive: String)
    }
    /// As the archive has it, without folders.
    let name: String
    let place: Place
    /// In bytes.
    let size: Int

    var kind: Kind { Kind(name) }

    var stem: String {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// What a name promises.
    enum Kind: Sendable, Equatable {
        case photo
        case caption
        /// A picture that the trainers do not read, with its format's name.
        case otherPicture(String)
        case other

        init(_ name: String) {
            let dot = name.lastIndex(of: ".") ?? name.endIndex
            let ending = name[dot...].dropFirst().lowercased()
            switch ending {
            case "jpg", "jpeg", "png", "webp": self = .photo
            case "txt": self = .caption
            case "heic", "heif", "avif", "gif", "bmp", "tif", "tiff", "dng", "cr2", "nef", "arw", "raw", "svg", "psd":
                self = .otherPicture(ending.uppercased())
            default: self = .other
            }
        }
    }

    /// All of it.
    func bytes() throws(ArchiveError) -> [UInt8] {
        switch place {
        case .file(let path):
            let file = try InputFile(path: path)
            return try file.read(0, file.size)
        case .entry(let entry, let archive): return try ZipReader(path: archive).bytes(of: entry)
        }
    }
}
